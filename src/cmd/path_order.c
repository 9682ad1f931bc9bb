/* SPDX-License-Identifier: MIT */
/* Where our shims are on PATH, and what comes before them. */
#include <config.h>

#include "cmd/path_order.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "os/proc.h"

/* Are these the shims of some root of pyenv's kind? */
static bool
is_shims(const char *dir)
{
	cleanup_free char *versions = path_join(dir, "..", LAYOUT_VERSIONS, NULL);

	return str_eq(path_base(dir), STR_LIT(LAYOUT_SHIMS)) && access(versions, F_OK) == 0;
}

static bool
is_meant(const struct layout *layout, const char *dir)
{
	const char *env = getenv("VIRTUAL_ENV");
	cleanup_free char *bin = env ? path_join(env, "bin", NULL) : NULL;
	cleanup_free char *versions = path_join(layout->root, LAYOUT_VERSIONS, NULL);
	cleanup_free char *clean = dir[0] == '/' ? path_clean("/", dir) : NULL;

	return (bin && strcmp(bin, dir) == 0) || (clean && path_is_below(clean, versions));
}

static char *
find_python(const char *dir)
{
	char *found = proc_find("python", dir, NULL);

	return found ? found : proc_find("python3", dir, NULL);
}

void
path_order_look(const struct layout *layout, struct path_order *ret)
{
	cleanup_free char *shims = path_join(layout->root, LAYOUT_SHIMS, NULL);
	const char *path = getenv("PATH");
	struct str rest = str_from(path ? path : "");
	struct str part;

	*ret = (struct path_order){ 0 };
	while (str_split(&rest, ':', &part)) {
		cleanup_free char *dir = mem_strndup(part.p, part.n);

		if (part.n && fs_same_folder(dir, shims)) {
			ret->has_shims = true;
			return;
		}
		if (is_shims(dir) && !ret->other)
			ret->other = steal_ptr(&dir);
		else if (!ret->before && !is_shims(dir) && !is_meant(layout, dir))
			ret->before = find_python(dir);
	}
}

void
path_order_reset(struct path_order *order)
{
	free(order->before);
	free(order->other);
}
