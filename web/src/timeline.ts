// Where the stages lie between the start and the end of a run.
import type { Stage } from './data';

export interface Span {
  stage: Stage;
  from: number; // 0 to 1
  to: number;
}

// A span is at least `least` wide, so that it can be seen, and stays within 0 to 1.
export function timeline(start: string, stages: Stage[], least = 0.004): Span[] {
  const begin = Date.parse(start);
  const offsets = stages.map((stage) => Math.max(0, (Date.parse(stage.start) - begin) / 1000));
  const total = Math.max(...stages.map((stage, index) => (offsets[index] ?? 0) + stage.seconds), Number.MIN_VALUE);
  return stages.map((stage, index) => {
    const from = Math.min((offsets[index] ?? 0) / total, 1 - least);
    const to = Math.min(1, Math.max(((offsets[index] ?? 0) + stage.seconds) / total, from + least));
    return { stage, from, to };
  });
}
