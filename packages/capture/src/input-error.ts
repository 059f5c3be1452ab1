/** The input cannot be read at all: it is not there, or may not be opened. */
export class InputUnreadable extends Error {
  override readonly name = 'InputUnreadable';
}
