/** The smallest 1, 2 or 5 times a power of ten, in the given unit, that is not below the value; at least one unit. */
export function niceTop(value: number, unit = 1): number {
  const inUnits = Math.max(1, value / unit);
  const power = 10 ** Math.floor(Math.log10(inUnits));
  const factor = [1, 2, 5, 10].find(each => each * power >= inUnits) ?? 10;
  return factor * power * unit;
}

/** A line through the values from left to right, as SVG path data, with gaps for missing values. The plot is 100 high. */
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
    // A line without length, so that a value without neighbours is shown as a dot.
    parts.push(isDrawing ? `L${point}` : stands ? `M${point}h0` : `M${point}`);
    isDrawing = true;
  });
  return parts.join('');
}
