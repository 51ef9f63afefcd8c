import { Component } from 'preact';
import type { OrderSummary } from '../../coordinator/schemas/order-list.ts';
import { formatDuration } from '../format/duration.ts';
import { formatInstant } from '../format/instant.ts';
import { StatusMark } from '../parts/status-mark.tsx';
import { addressOf } from '../route.ts';

interface ExecutionRowProps {
  readonly order: OrderSummary;
}

/** One row, drawn again only when its order has changed: a list of a thousand stays cheap. */
export class ExecutionRow extends Component<ExecutionRowProps> {
  override shouldComponentUpdate({ order }: ExecutionRowProps): boolean {
    return order !== this.props.order;
  }

  override render({ order }: ExecutionRowProps) {
    const { orderId, status, submittedAt, itemId, quantity, failureKind, foundBy, durationMs } = order;
    return (
      <tr role="row">
        <td role="cell" class="cell-status">
          <StatusMark status={status} />
        </td>
        <td role="cell" class="cell-time">
          <time dateTime={submittedAt}>{formatInstant(submittedAt, Date.now())}</time>
        </td>
        <td role="cell" class="cell-order">
          {itemId === undefined ? '–' : `${quantity} × ${itemId}`}
        </td>
        <td role="cell" class="cell-failure">
          {failureKind && (
            <>
              {failureKind} <span class="quiet">by {foundBy}</span>
            </>
          )}
        </td>
        <td role="cell" class="cell-duration">
          {durationMs === undefined ? '' : formatDuration(durationMs)}
        </td>
        <td role="cell" class="cell-id">
          <a href={addressOf({ view: 'execution', orderId })}>{orderId}</a>
        </td>
      </tr>
    );
  }
}
