/** Pools of workers, as the native server has them. */
export interface NativePool {
  name: string;
  slots: number;
}
