/** Thrown if a command is wrong, names an unknown customer, or cannot be carried out. The message says where and how. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}
