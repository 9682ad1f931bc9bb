/* SPDX-License-Identifier: MIT */
/* The installed manual pages. */
#include <config.h>

#include "cmd/manual.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/path.h"
#include "os/proc.h"
#include "os/term.h"

/* The page beside our own files, so that an installation can be moved, else where it
 * was configured to be. Owned by the caller (free); NULL: none. */
static char *
find_page(const struct layout *layout, const char *name)
{
	cleanup_free char *beside = path_clean(layout->share, "../man/man1");
	const char *const folders[] = { beside, PYVERN_MANDIR "/man1" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		cleanup_free char *page = mem_printf("%s/pyvern-%s.1", folders[i], name);

		if (access(page, R_OK) == 0)
			return steal_ptr(&page);
	}
	return NULL;
}

void
manual_open(const struct layout *layout, const char *name)
{
	const char *path = getenv("PATH");
	cleanup_free char *page = NULL;
	cleanup_free char *man = NULL;
	cleanup_err struct err ignored = { 0 };

	if (!term_is_live(STDOUT_FILENO) || !path)
		return;
	page = find_page(layout, name);
	man = page ? proc_find("man", path, NULL) : NULL;
	if (man) {
		char *const argv[] = { man, page, NULL };

		(void)proc_exec(man, argv, NULL, &ignored);
	}
}
