/** The least of 1, 2 and 5 times a power of ten that is not below the value; 1 at least, in the given unit. */
export function niceTop(value: number, unit = 1): number {
  const inUnits = Math.max(1, value / unit);
  const power = 10 ** Math.floor(Math.log10(inUnits));
  const factor = [1, 2, 5, 10].find(each => each * power >= inUnits) ?? 10;
  return factor * power * unit;
}

/** A line through the values from left to right, as SVG path data, broken where there is none; the height of the plot is 100. */
export function linePath(values: readonly (number | null)[], top: number, from = 0): string {
  const parts: string[] = [];
  let isDrawing = false;
  values.forEach((value, index) => {
    if (value === null) {
      isDrawing = false;
      return;
    }

    const point = `${from + index} ${Number((100 - (value / top) * 100).toFixed(2))}`;
    const stands = !isDrawing && (values[index + 1] ?? null) === null;
    // A line of no length, so that a value without neighbours is a dot.
    parts.push(isDrawing ? `L${point}` : stands ? `M${point}h0` : `M${point}`);
    isDrawing = true;
  });
  return parts.join('');
}
