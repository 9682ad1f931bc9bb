/* SPDX-License-Identifier: MIT */
/* What builds of Python look for, and which packages have it. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "core/toolchain.h"
#include "os/proc.h"

/* Sources: CPython's configure.ac and its Developer's Guide ("Install dependencies");
 * the package lists of the distributions. */
const struct toolchain_part toolchain_parts[] = {
	{
		.name = "ssl",
		.header = "openssl/ssl.h",
		.call = "SSL_CTX_new(TLS_client_method())",
		.flags = "-lssl -lcrypto",
		.package = "openssl",
		.is_needed = true,
		.without = "ssl, and so no working pip",
		.packages = { "libssl-dev", "openssl-devel", "openssl-dev", "openssl",
			      "libopenssl-devel", "openssl@3" },
	},
	{
		.name = "zlib",
		.header = "zlib.h",
		.call = "zlibVersion()",
		.flags = "-lz",
		.package = "zlib",
		.is_needed = true,
		.without = "zlib, and so no pip",
		.packages = { "zlib1g-dev", "zlib-devel", "zlib-dev", "zlib", "zlib-devel",
			      "zlib" },
	},
	{
		.name = "bz2",
		.header = "bzlib.h",
		.call = "BZ2_bzlibVersion()",
		.flags = "-lbz2",
		.package = "bzip2",
		.is_needed = true,
		.without = "bz2",
		.packages = { "libbz2-dev", "bzip2-devel", "bzip2-dev", "bzip2", "libbz2-devel",
			      "bzip2" },
	},
	{
		.name = "sqlite3",
		.header = "sqlite3.h",
		.call = "sqlite3_libversion()",
		.flags = "-lsqlite3",
		.package = "sqlite3",
		.is_needed = true,
		.without = "sqlite3",
		.packages = { "libsqlite3-dev", "sqlite-devel", "sqlite-dev", "sqlite",
			      "sqlite3-devel", "sqlite" },
	},
	{
		.name = "readline",
		.header = "readline/readline.h",
		.call = "readline(\"\")",
		.flags = "-lreadline",
		.package = "readline",
		.is_needed = true,
		.without = "readline: no editing in its shell",
		.packages = { "libreadline-dev", "readline-devel", "readline-dev", "readline",
			      "readline-devel", "readline" },
	},
	{
		.name = "ffi",
		.header = "ffi.h",
		.call = "ffi_prep_cif(0, FFI_DEFAULT_ABI, 0, 0, 0)",
		.flags = "-lffi",
		.package = "libffi",
		.without = "ctypes",
		.packages = { "libffi-dev", "libffi-devel", "libffi-dev", "libffi", "libffi-devel",
			      "libffi" },
	},
	{
		.name = "lzma",
		.header = "lzma.h",
		.call = "lzma_version_number()",
		.flags = "-llzma",
		.package = "liblzma",
		.without = "lzma",
		.packages = { "liblzma-dev", "xz-devel", "xz-dev", "xz", "xz-devel", "xz" },
	},
	{
		.name = "uuid",
		.header = "uuid/uuid.h",
		.call = "uuid_generate_time(0)",
		.flags = "-luuid",
		.package = "uuid",
		.without = "a fast uuid",
		.packages = { "uuid-dev", "libuuid-devel", "util-linux-dev", "util-linux-libs",
			      "libuuid-devel", NULL },
	},
	{
		.name = "ncurses",
		.header = "curses.h",
		.call = "initscr()",
		.flags = "-lncurses",
		.package = "ncursesw",
		.without = "curses",
		.packages = { "libncurses-dev", "ncurses-devel", "ncurses-dev", "ncurses",
			      "ncurses-devel", "ncurses" },
	},
	{
		.name = "tk",
		.header = "tk.h",
		.call = "Tk_Init(0)",
		.flags = "-ltk8.6 -ltcl8.6",
		.package = "tk",
		.without = "tkinter",
		.packages = { "tk-dev", "tk-devel", "tk-dev", "tk", "tk-devel", "tcl-tk" },
	},
	{ 0 },
};

const struct toolchain_part toolchain_compiler = {
	.name = "compiler",
	.is_needed = true,
	.packages = { "build-essential", "gcc make", "build-base", "base-devel", "gcc make", NULL },
};

static const struct {
	const char *program;
	const char *install; /* behind `sudo` where that is needed */
	bool as_user;
} managers[PACKAGE_MANAGERS] = {
	[PACKAGES_APT] = { "apt", "apt install", false },
	[PACKAGES_DNF] = { "dnf", "dnf install", false },
	[PACKAGES_APK] = { "apk", "apk add", false },
	[PACKAGES_PACMAN] = { "pacman", "pacman -S", false },
	[PACKAGES_ZYPPER] = { "zypper", "zypper install", false },
	[PACKAGES_BREW] = { "brew", "brew install", true },
};

enum package_manager
toolchain_packages(void)
{
	const char *path = getenv("PATH");
	size_t i = 0;

	for (; path && i < PACKAGE_MANAGERS; i++) {
		cleanup_free char *program = proc_find(managers[i].program, path, NULL);

		if (program)
			return (enum package_manager)i;
	}
	return PACKAGE_MANAGERS;
}

char *
toolchain_fix(enum package_manager manager, const struct toolchain_part *const *parts, size_t count)
{
	cleanup_buf struct buf fix = BUF_INIT(BUF_TEXT_MAX);

	if (manager >= PACKAGE_MANAGERS)
		return NULL;
	buf_printf(&fix, "%s%s", geteuid() == 0 || managers[manager].as_user ? "" : "sudo ",
		   managers[manager].install);
	for (size_t i = 0; i < count; i++) {
		if (!parts[i]->packages[manager])
			return NULL;
		buf_printf(&fix, " %s", parts[i]->packages[manager]);
	}
	return buf_take(&fix);
}
