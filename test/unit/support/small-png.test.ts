import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { smallPng } from '../../browser/small-png.ts';

/** The parts of a PNG by their names, and what its pixels are. */
function read(png: Buffer) {
  const parts = new Map<string, Buffer>();
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    parts.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const palette = parts.get('PLTE') ?? Buffer.alloc(0);
  const header = parts.get('IHDR') ?? Buffer.alloc(13);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const rows = inflateSync(parts.get('IDAT') ?? Buffer.alloc(0));
  const pixels = Array.from({ length: width * height }, (_, pixel) => {
    const index = rows[pixel + Math.floor(pixel / width) + 1] ?? NaN;
    return [...palette.subarray(index * 3, index * 3 + 3)];
  });
  return { width, height, pixels, colours: palette.length / 3 };
}

const rgba = (colours: readonly (readonly number[])[]) =>
  Uint8Array.from(colours.flatMap((colour) => [...colour, 255]));

describe('a small PNG', () => {
  it('has the colours of its pixels, row by row', () => {
    const colours = [
      [255, 255, 255],
      [179, 38, 30],
      [0, 0, 0],
      [255, 255, 255],
      [1, 2, 3],
      [179, 38, 30],
    ];
    const png = smallPng({ width: 3, height: 2, rgba: rgba(colours) });
    expect(png.toString('latin1', 0, 8)).toBe('\x89PNG\r\n\x1a\n');
    expect(read(png)).toEqual({ width: 3, height: 2, pixels: colours, colours: 4 });
  });

  it('rounds colours until a palette holds them, by as little as that takes', () => {
    const colours = Array.from({ length: 900 }, (_, n) => [n % 30, Math.floor(n / 30), 255]);
    const { colours: count, pixels } = read(smallPng({ width: 30, height: 30, rgba: rgba(colours) }));
    expect(count).toBeLessThanOrEqual(256);
    for (const [at, [red = NaN, green = NaN, blue]] of pixels.entries()) {
      expect(Math.abs(red - (at % 30))).toBeLessThanOrEqual(2);
      expect(Math.abs(green - Math.floor(at / 30))).toBeLessThanOrEqual(2);
      expect(blue).toBe(255);
    }
  });

  it('refuses pixels that do not fill it', () => {
    expect(() => smallPng({ width: 2, height: 2, rgba: new Uint8Array(15) })).toThrow('15 bytes are not 2 by 2 pixels');
  });
});
