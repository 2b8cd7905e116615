/** A lease that a look-up took. */
export interface TakenLease {
  readonly token: string;
  /** The lease was taken after the look-up was told that the try had failed. */
  readonly isLate: boolean;
}
