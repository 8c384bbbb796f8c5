/* string.format: Lua's own, which can be left in __tostring. Part of lstrlib.c. */
#include "leave.h"

typedef struct Format {
  lua_Frame frame;  /* its slot is above the arguments */
  int arg;
  const char *strfrmt;
  const char *strfrmt_end;
  char form[MAX_FORMAT];  /* to store the format ('%...') */
  luaL_Buffer b;
} Format;


static int format_again (lua_State *L, int status, lua_KContext ctx);


static int format (lua_State *L, Format *w) {
  const int top = w->frame.slot - 1;
  int arg = w->arg;
  const char *strfrmt = w->strfrmt;
  const char *const strfrmt_end = w->strfrmt_end;
  const char *flags;
  char *const form = w->form;
  if (w->frame.at) goto again;
  while (strfrmt < strfrmt_end) {
    if (*strfrmt != L_ESC)
      luaL_addchar(&w->b, *strfrmt++);
    else if (*++strfrmt == L_ESC)
      luaL_addchar(&w->b, *strfrmt++);  /* %% */
    else { /* format item */
      int maxitem = MAX_ITEM;  /* maximum length for the result */
      char *buff = luaL_prepbuffsize(&w->b, maxitem);  /* to put result */
      int nb = 0;  /* number of bytes in result */
      if (++arg > top)
        return luaL_argerror(L, arg, "no value");
      luai_burn(L, 32);  /* a conversion takes up to two microseconds */
      strfrmt = getformat(L, strfrmt, form);
      switch (*strfrmt++) {
        case 'c': {
          checkformat(L, form, L_FMTFLAGSC, 0);
          nb = l_sprintf(buff, maxitem, form, (int)luaL_checkinteger(L, arg));
          break;
        }
        case 'd': case 'i':
          flags = L_FMTFLAGSI;
          goto intcase;
        case 'u':
          flags = L_FMTFLAGSU;
          goto intcase;
        case 'o': case 'x': case 'X':
          flags = L_FMTFLAGSX;
         intcase: {
          lua_Integer n = luaL_checkinteger(L, arg);
          checkformat(L, form, flags, 1);
          addlenmod(form, LUA_INTEGER_FRMLEN);
          nb = l_sprintf(buff, maxitem, form, (LUAI_UACINT)n);
          break;
        }
        case 'a': case 'A':
          checkformat(L, form, L_FMTFLAGSF, 1);
          addlenmod(form, LUA_NUMBER_FRMLEN);
          nb = lua_number2strx(L, buff, maxitem, form,
                                  luaL_checknumber(L, arg));
          break;
        case 'f':
          maxitem = MAX_ITEMF;  /* extra space for '%f' */
          buff = luaL_prepbuffsize(&w->b, maxitem);
          /* FALLTHROUGH */
        case 'e': case 'E': case 'g': case 'G': {
          lua_Number n = luaL_checknumber(L, arg);
          checkformat(L, form, L_FMTFLAGSF, 1);
          addlenmod(form, LUA_NUMBER_FRMLEN);
          nb = l_sprintf(buff, maxitem, form, (LUAI_UACNUMBER)n);
          break;
        }
        case 'p': {
          const void *p = lua_topointer(L, arg);
          checkformat(L, form, L_FMTFLAGSC, 0);
          if (p == NULL) {  /* avoid calling 'printf' with argument NULL */
            p = "(null)";  /* result */
            form[strlen(form) - 1] = 's';  /* format it as a string */
          }
          nb = l_sprintf(buff, maxitem, form, p);
          break;
        }
        case 'q': {
          if (form[2] != '\0')  /* modifiers? */
            return luaL_error(L, "specifier '%%q' cannot have modifiers");
          addliteral(L, &w->b, arg);
          break;
        }
        case 's': {
          size_t l;
          const char *s;
          if (!lua_getmetatable(L, arg))
            luaL_tolstring(L, arg, NULL);
          else {
            lua_pop(L, 1);
            w->arg = arg;
            w->strfrmt = strfrmt;
            w->frame.at = 1;
            lua_leavable(L, &w->frame, format_again);
            luaL_tolstring(L, arg, NULL);
            if (0) {
             again:
              nb = 0;
              maxitem = MAX_ITEM;
              buff = w->b.b + w->b.n;  /* there was room */
              if (!lua_isstring(L, -1))
                luaL_error(L, "'__tostring' must return a string");
            }
            lua_staying(L);
          }
          s = lua_tolstring(L, -1, &l);
          if (form[2] == '\0')  /* no modifiers? */
            luaL_addvalue(&w->b);  /* keep entire string */
          else {
            luai_burn_long(L, l);
            luaL_argcheck(L, l == strlen(s), arg, "string contains zeros");
            checkformat(L, form, L_FMTFLAGSC, 1);
            if (strchr(form, '.') == NULL && l >= 100) {
              /* no precision and string is too long to be formatted */
              luaL_addvalue(&w->b);  /* keep entire string */
            }
            else {  /* format the string into 'buff' */
              nb = l_sprintf(buff, maxitem, form, s);
              lua_pop(L, 1);  /* remove result from 'luaL_tolstring' */
            }
          }
          break;
        }
        default: {  /* also treat cases 'pnLlh' */
          return luaL_error(L, "invalid conversion '%s' to 'format'", form);
        }
      }
      lua_assert(nb < maxitem);
      luaL_addsize(&w->b, nb);
    }
  }
  luaL_pushresult(&w->b);
  return 1;
}


static int format_again (lua_State *L, int status, lua_KContext ctx) {
  Format w = *(const Format *)ctx;
  (void)status;
  lua_keptbuffer(&w.b);
  lua_leavable(L, &w.frame, format_again);
  return format(L, &w);
}


static int str_format (lua_State *L) {
  size_t sfl;
  Format w;
  w.strfrmt = luaL_checklstring(L, 1, &sfl);
  w.strfrmt_end = w.strfrmt + sfl;
  w.arg = 1;
  w.frame.size = sizeof(w);
  w.frame.slot = lua_gettop(L) + 1;
  w.frame.at = 0;
  lua_pushnil(L);
  luaL_buffinit(L, &w.b);
  return format(L, &w);
}
