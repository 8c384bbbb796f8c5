/* Lua writes to no stream and knows one locale: no C library's stdio or locale is linked for
   what a script cannot reach. Included before every file of Lua. */
#ifndef closed_h
#define closed_h
#define lua_writestring(s, l) ((void)(s), (void)(l))
#define lua_writeline() ((void)0)
#define lua_writestringerror(s, p) ((void)(p))
#define lua_getlocaledecpoint() '.'
#endif
