/** How much a test does: little with each change of the code, much with `npm run test:endurance`. */

export const isHeavy = Boolean(process.env.FASTSERVE_HEAVY_TESTS);

export function heavy(usually: number, heavily: number): number {
  return isHeavy ? heavily : usually;
}
