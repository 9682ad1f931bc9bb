# SPDX-License-Identifier: MIT
# PYVERN_TRY_CFLAG(FLAG, VARIABLE): append FLAG to VARIABLE if the compiler takes it.
AC_DEFUN([PYVERN_TRY_CFLAG], [
	AS_VAR_PUSHDEF([cache], [pyvern_cv_cflag_$1])
	AC_CACHE_CHECK([whether $CC takes $1], [cache], [
		pyvern_saved_CFLAGS=$CFLAGS
		# clang only warns of unknown -W flags.
		CFLAGS="$CFLAGS -Werror $1"
		AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
			[AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
		CFLAGS=$pyvern_saved_CFLAGS])
	AS_VAR_IF([cache], [yes], [$2="$$2 $1"])
	AS_VAR_POPDEF([cache])
])

AC_DEFUN([PYVERN_WARNINGS], [
	AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [warnings are errors])])
	WARN_CFLAGS=-std=gnu17
	m4_foreach_w([flag], [-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
		-Wformat=2 -Wundef -Wpointer-arith -Wvla
		-Wimplicit-fallthrough], [PYVERN_TRY_CFLAG(flag, [WARN_CFLAGS])])
	AS_VAR_IF([enable_werror], [yes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
	AC_SUBST([WARN_CFLAGS])
])
