import { crc32, deflateSync } from 'node:zlib';

/** Red, green, blue and alpha of each pixel, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

const MOST_COLOURS = 256;
/** By how much colours are rounded until there are few enough: what is drawn of text has many shades of few colours. */
const STEPS = [1, 4, 8, 16, 32, 64];

/** A PNG with a palette: a third of what a browser writes, which keeps four bytes for each pixel. Nothing is transparent. */
export function smallPng({ width, height, rgba }: Pixels): Buffer {
  if (rgba.length !== width * height * 4)
    throw new RangeError(`${rgba.length} bytes are not ${width} by ${height} pixels`);
  for (const step of STEPS) {
    const palette = new Map<number, number>();
    const rows = Buffer.alloc((width + 1) * height);
    for (let pixel = 0; pixel < width * height && palette.size <= MOST_COLOURS; pixel += 1) {
      const colour = colourAt(rgba, pixel * 4, step);
      const index = palette.get(colour) ?? palette.size;
      palette.set(colour, index);
      // Each row begins with its filter: 0, none.
      rows[pixel + Math.floor(pixel / width) + 1] = index;
    }
    if (palette.size <= MOST_COLOURS) return encode(width, height, [...palette.keys()], rows);
  }
  throw new RangeError('the picture has too many colours');
}

function colourAt(rgba: Uint8Array, at: number, step: number): number {
  const [red = 0, green = 0, blue = 0] = rgba.subarray(at, at + 3);
  const rounded = (value: number) => Math.min(255, Math.round(value / step) * step);
  return (rounded(red) << 16) | (rounded(green) << 8) | rounded(blue);
}

function encode(width: number, height: number, colours: readonly number[], rows: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a pixel, colours from a palette.
  header.set([8, 3, 0, 0, 0], 8);
  const palette = Buffer.from(colours.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
