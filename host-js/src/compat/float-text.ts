/** A float as Lua's `tostring` writes it: C's `%.14g`, and `.0` where that looks like an integer. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const { digits, power } = rounded(Math.abs(value))
  if (power < -4 || power >= 14) {
    const exponent = `e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
    return sign + withoutZeros(`${digits[0]}.${digits.slice(1)}`) + exponent
  }
  const whole = power < 0 ? '0' : digits.slice(0, power + 1)
  const fraction = power < 0 ? '0'.repeat(-power - 1) + digits : digits.slice(power + 1)
  const text = withoutZeros(`${whole}.${fraction}`)
  return sign + (text.includes('.') ? text : `${text}.0`)
}

/** 14 digits, and the power of ten of the first. What lies halfway becomes even, as in C. */
function rounded(value: number): { digits: string; power: number } {
  // 100 digits are exact for whatever ends after the fifteenth.
  const exact = value.toExponential(100)
  const halfwayToOdd = /^\d\.\d{12}[02468]50*e/.test(exact)
  const [mantissa = '', power = ''] = (halfwayToOdd ? exact.replace(/50*e/, 'e') : value.toExponential(13)).split('e')
  return { digits: mantissa.replace('.', ''), power: Number(power) }
}

function withoutZeros(text: string): string {
  return text.replace(/\.?0*$/, '')
}
