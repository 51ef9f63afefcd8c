import { useState } from 'preact/hooks';
import { addressOf } from '../route.ts';
import { readOrderId } from './read-order-id.ts';

export function FindById() {
  const [text, setText] = useState('');
  const [isWrong, setIsWrong] = useState(false);
  const find = (event: Event) => {
    event.preventDefault();
    const orderId = readOrderId(text);
    setIsWrong(orderId === undefined);
    if (orderId !== undefined) location.hash = addressOf({ view: 'execution', orderId });
  };
  return (
    <form class="find" onSubmit={find} role="search">
      <label>
        <span>Find by id</span>
        <input
          type="search"
          autocomplete="off"
          spellcheck={false}
          value={text}
          aria-invalid={isWrong}
          aria-describedby="find-hint"
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <button type="submit">Find</button>
      <span id="find-hint" class="hint bad" role="alert">
        {isWrong ? 'An id looks like 019a8c5e-3b7a-7c41-9f0e-2d6b8a4c1e57.' : ''}
      </span>
    </form>
  );
}
