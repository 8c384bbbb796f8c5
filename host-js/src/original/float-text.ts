/** A float as Lua's `tostring` writes it: C's `%.14g`, and `.0` where that looks like an integer. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const [mantissa = '', exponent = '0'] = value.toExponential(13).split('e')
  const power = Number(exponent)
  const sign = Object.is(value, -0) ? '-' : ''
  if (power < -4 || power >= 14) {
    return `${sign}${trimmed(mantissa)}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
  }
  const text = sign + trimmed(value.toFixed(13 - power))
  return text.includes('.') ? text : `${text}.0`
}

function trimmed(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits
}
