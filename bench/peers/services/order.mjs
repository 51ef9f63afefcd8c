import { now } from './now.mjs';

/**
 * What every peer is asked for.
 * @typedef {{ executionId: string, itemId: string, quantity: number, total: number, currency: string, paymentMethod: string }} Order
 *
 * What every peer answers. Instants are of `now`.
 * @typedef {{ status: 'SUCCEEDED', paymentId: string } | { status: 'FAILED', failedAt: number, compensatedAt: number }} Answer
 */

const PAYS = 'pm_card_visa';
const DECLINED = 'the card was declined at ';

/**
 * Why a payment method is declined; `undefined` when it pays. The text says when, because it is the one thing that gets
 * from payment to whoever compensates in every peer.
 * @param {string} paymentMethod
 */
export function declineReason(paymentMethod) {
  return paymentMethod === PAYS ? undefined : `${DECLINED}${now()}`;
}

/**
 * @param {string} executionId
 */
export function paymentIdOf(executionId) {
  return `pay_${executionId}`;
}

/**
 * The answer once the compensation is durable.
 * @param {string} reason of `declineReason`
 * @returns {Answer}
 */
export function failed(reason) {
  return { status: 'FAILED', failedAt: Number(reason.slice(DECLINED.length)), compensatedAt: now() };
}
