# SPDX-License-Identifier: MIT
AC_DEFUN([PYVERN_HARDENING], [
	AC_ARG_ENABLE([sanitizers], [AS_HELP_STRING([--enable-sanitizers@<:@=LIST@:>@],
		[compile with sanitizers (default list: address,undefined)])])
	HARDEN_CFLAGS=
	HARDEN_LDFLAGS=
	AS_CASE(["$enable_sanitizers"],
		[""|no], [],
		[yes], [HARDEN_CFLAGS="-fsanitize=address,undefined -fno-omit-frame-pointer"
			HARDEN_LDFLAGS="-fsanitize=address,undefined"],
		[HARDEN_CFLAGS="-fsanitize=$enable_sanitizers -fno-omit-frame-pointer"
			HARDEN_LDFLAGS="-fsanitize=$enable_sanitizers"])
	AC_SUBST([HARDEN_CFLAGS])
	AC_SUBST([HARDEN_LDFLAGS])
])
