import type { Message } from '../../../local/sqs/message.ts';

export function aMessage(changes: Partial<Message> = {}): Message {
  const { key = 'one' } = changes;
  return { key, id: key, queueName: 'failed-events', body: '{}', sentAt: 0, receiveCount: 0, visibleAt: 0, ...changes };
}
