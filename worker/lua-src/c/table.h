/* Shared by the files of the table library. */
#ifndef table_h
#define table_h
#include "lua.h"

/*
** Operations that an object must define to mimic a table
** (some functions only need some of them)
*/
#define TAB_R	1			/* read */
#define TAB_W	2			/* write */
#define TAB_L	4			/* length */
#define TAB_RW	(TAB_R | TAB_W)		/* read/write */

/* Checks that 'arg' either is a table or can behave like one (that is, has a metatable with the required
   metamethods). */
void table_check (lua_State *L, int arg, int what);
/* Pops a length. */
lua_Integer table_length (lua_State *L);
int table_sort (lua_State *L);
#endif
