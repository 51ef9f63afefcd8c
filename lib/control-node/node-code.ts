import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { fileURLToPath } from 'node:url';
import { bundleNode } from './bundle-node.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('../..', import.meta.url));

/** Coordinator, monitor and the host's files as one archive, which a node fetches when it starts. */
export class NodeCode extends Construct {
  readonly asset: Asset;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.asset = new Asset(this, 'Archive', {
      displayName: 'control-node',
      path: `${PROJECT_FOLDER}control-node`,
      // Named by what comes out: the sources are spread over half the project.
      assetHashType: AssetHashType.OUTPUT,
      bundling: {
        // Never used: bundling here either succeeds or throws.
        image: DockerImage.fromRegistry('unused'),
        local: {
          tryBundle: (outputFolder) => {
            bundleNode(PROJECT_FOLDER, outputFolder);
            return true;
          },
        },
      },
    });
  }

  /** This object and no other: the bucket holds the assets of every stack in the account. */
  allowFetching(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [this.asset.bucket.arnForObjects(this.asset.s3ObjectKey)],
      }),
    );
  }
}
