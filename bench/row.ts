/**
 * One line of the table that `npm run bench` prints. A file bench/<room>/<name>.ts exports
 * `async function run(): Promise<Row[]>` and is run in a process of its own, with `--expose-gc`.
 * Numbers are printed with three digits that count; strings as they are (put the unit there).
 */
export interface Row {
  /** what is done, with the sizes: "full evidence, N = 100" */
  work: string;
  /** who else did the same in the same run */
  rival: string;
  ours: string | number;
  theirs: string | number;
  /** how many times better we are: above 1 is ahead, whatever the unit */
  ratio: string | number;
  /** what the issue asks for: ">= 1 x" */
  target: string;
}
