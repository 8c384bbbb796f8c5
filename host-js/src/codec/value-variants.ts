/** Value's variants. */

import { indexOf } from './variants.js'

export const [NIL, BOOL, INT, FLOAT, STR, BYTES, ARRAY, OBJECT] = [
  indexOf('Value', 'Nil'),
  indexOf('Value', 'Bool'),
  indexOf('Value', 'Int'),
  indexOf('Value', 'Float'),
  indexOf('Value', 'Str'),
  indexOf('Value', 'Bytes'),
  indexOf('Value', 'Array'),
  indexOf('Value', 'Object'),
]
