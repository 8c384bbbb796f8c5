/* Lua writes to no stream and knows one locale: no C library's stdio or locale is linked for
   what a script cannot reach. Included before every file of Lua. */
#ifndef closed_h
#define closed_h
#define lua_writestring(s, l) ((void)(s), (void)(l))
#define lua_writeline() ((void)0)
#define lua_writestringerror(s, p) ((void)(p))
#define lua_getlocaledecpoint() '.'

/* Nor its formatters: the runtime has them (runtime/src/numbers). A value is 64 bits, which the
   format says how to take. */
#define strtod lua_strtod
extern int lua_print(char *buffer, __SIZE_TYPE__ size, const char *format, unsigned long long value);
static inline unsigned long long lua_print_integer(long long value) { return (unsigned long long)value; }
static inline unsigned long long lua_print_pointer(const void *value) { return (__SIZE_TYPE__)value; }
static inline unsigned long long lua_print_float(double value) {
  union { double value; unsigned long long bits; } both = {value};
  return both.bits;
}
#define lua_printable(value) _Generic((value), double: lua_print_float, int: lua_print_integer, \
  long long: lua_print_integer, default: lua_print_pointer)(value)
#endif
