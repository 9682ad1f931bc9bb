/* SPDX-License-Identifier: MIT */
/* What our aliases have led to, and what they must not lead to. */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "core/store_internal.h"

/*
 * .generations/ALIAS has a line for each thing to know (docs/formats.md):
 *
 *	was VERSION	what the alias led to before, the oldest first
 *	left VERSION	it was rolled back from this one
 *	trying VERSION	an upgrade has installed this one and not tried it yet
 *
 * The file is the decision, and the links follow it (store_alias.c): one rename decides, and
 * who is killed before the links are right leaves what the next refresh does.
 */

/* 16 KiB: some hundred lines. */
#define GENERATION_FILE_MAX ((size_t)16 * 1024)
/* What was longer ago is of no use. */
#define GENERATION_WAS_MAX 16

void
generations_reset(struct generations *g)
{
	strvec_reset(&g->was);
	strvec_reset(&g->left);
	strvec_reset(&g->trying);
}

static struct strvec *
list_of(struct generations *g, struct str word)
{
	return str_eq_text(word, "was")	     ? &g->was
	       : str_eq_text(word, "left")   ? &g->left
	       : str_eq_text(word, "trying") ? &g->trying
					     : NULL;
}

int
store_generations(const struct store *store, const char *alias, struct generations *ret,
		  struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(GENERATION_FILE_MAX);
	cleanup_dirfd struct dir dir = DIR_INIT;
	struct str rest;
	struct str line;

	*ret = (struct generations){ 0 };
	/* Most roots have none: not worth the words of an error. */
	if (store->root.fd < 0 || !fs_is_dir_at(&store->root, STORE_GENERATIONS))
		return 0;
	if (fs_open_dir_at(&store->root, STORE_GENERATIONS, &dir, err) < 0 ||
	    fs_read_file(&dir, alias, &text, err) < 0) {
		if (err->sys && err->sys != ENOENT)
			return -1;
		err_reset(err);
		return 0;
	}
	rest = buf_str(&text);
	while (str_line(&rest, &line)) {
		struct str word;
		struct strvec *list;

		/* Lines of later versions of this program are passed over. */
		if (!str_word(&line, &word) || !(list = list_of(ret, word)))
			continue;
		line = str_trim(line);
		if (version_name_ok(line) && line.p[0] != '.')
			strvec_add_str(list, line);
	}
	return 0;
}

static void
add_lines(struct buf *text, const char *word, const struct strvec *names, size_t from)
{
	for (size_t i = from; i < names->count; i++)
		buf_printf(text, "%s %s\n", word, names->items[i]);
}

int
generations_write(const struct store *store, const char *alias, const struct generations *g,
		  struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(GENERATION_FILE_MAX);
	cleanup_dirfd struct dir dir = DIR_INIT;
	size_t first = g->was.count > GENERATION_WAS_MAX ? g->was.count - GENERATION_WAS_MAX : 0;

	add_lines(&text, "was", &g->was, first);
	add_lines(&text, "left", &g->left, 0);
	add_lines(&text, "trying", &g->trying, 0);
	if (buf_check(&text, alias, err) < 0 ||
	    fs_make_dir_at(&store->root, STORE_GENERATIONS, LAYOUT_FOLDER_MODE, &dir, err) < 0)
		return -1;
	return fs_write_file(&dir, alias, buf_str(&text), 0644, err);
}

/* LIST without NAME. */
static bool
take_out(struct strvec *list, const char *name)
{
	struct strvec rest = { 0 };
	bool had = strvec_has(list, name);

	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], name) != 0)
			strvec_add(&rest, list->items[i]);
	strvec_reset(list);
	*list = rest;
	return had;
}

/* The alias that a version called NAME is below, in RET (VERSION_NAME_MAX + 1 bytes). */
static bool
alias_of(const char *name, char *ret)
{
	struct version version;

	return version_parse(str_from(name), &version) && version_alias_name(&version, ret);
}

static int
order(const char *a, const char *b)
{
	struct version x;
	struct version y;

	return version_parse(str_from(a), &x) && version_parse(str_from(b), &y)
		       ? version_compare(&x, &y)
		       : 0;
}

bool
generations_allow(const struct generations *g, const char *name)
{
	return !strvec_has(&g->left, name) && !strvec_has(&g->trying, name);
}

int
generation_moved(const struct store *store, const char *alias, const char *from, const char *to,
		 struct err *err)
{
	cleanup_generations struct generations g = { 0 };

	/* What is gone is nothing to go back to, and going back is no generation. */
	if (!fs_is_dir_at(&store->versions, from) || order(to, from) <= 0)
		return 0;
	if (store_generations(store, alias, &g, err) < 0)
		return -1;
	(void)take_out(&g.was, from);
	strvec_add(&g.was, from);
	return generations_write(store, alias, &g, err);
}

int
generation_mark_trying(const struct store *store, const char *name, bool trying, struct err *err)
{
	char alias[VERSION_NAME_MAX + 1];
	cleanup_generations struct generations g = { 0 };
	cleanup_lock struct lock lock = LOCK_INIT;
	bool had;

	if (!store->policy->keeps_aliases || !alias_of(name, alias))
		return 0;
	if (!trying && !fs_is_dir_at(&store->root, STORE_GENERATIONS))
		return 0;
	if (alias_lock(store, &lock, err) < 0 || store_generations(store, alias, &g, err) < 0)
		return -1;
	had = take_out(&g.trying, name);
	/* What was left and removed is welcome again. */
	if (!trying && !fs_is_dir_at(&store->versions, name) && take_out(&g.left, name))
		had = true;
	if (had == trying)
		return 0;
	if (trying)
		strvec_add(&g.trying, name);
	return generations_write(store, alias, &g, err);
}

/* The versions of ALIAS that are newer than NAME are left. */
static int
leave_newer(const struct store *store, const char *alias, const char *name, struct generations *g,
	    struct err *err)
{
	cleanup_entries struct entries entries = { 0 };

	if (store_list(store, 0, &entries, err) < 0)
		return -1;
	for (size_t i = 0; i < entries.count; i++) {
		const char *other = entries.items[i].name;
		char of[VERSION_NAME_MAX + 1];

		if (alias_of(other, of) && strcmp(of, alias) == 0 && order(other, name) > 0 &&
		    generations_allow(g, other))
			strvec_add(&g->left, other);
	}
	return 0;
}

/* NAME and what came after it have not been. */
static void
cut_history(struct generations *g, const char *name)
{
	struct strvec rest = { 0 };

	for (size_t i = 0; i < g->was.count && strcmp(g->was.items[i], name) != 0; i++)
		strvec_add(&rest, g->was.items[i]);
	strvec_reset(&g->was);
	g->was = rest;
}

int
store_switch_alias(const struct store *store, const char *alias, const char *name, struct err *err)
{
	cleanup_generations struct generations g = { 0 };
	cleanup_lock struct lock lock = LOCK_INIT;
	cleanup_free char *from = NULL;

	if (alias_lock(store, &lock, err) < 0)
		return -1;
	if (!fs_is_dir_at(&store->versions, name))
		return err_set(err, ERR_NOT_INSTALLED, "%s is not installed", name);
	if (store_generations(store, alias, &g, err) < 0)
		return -1;
	if (store_alias_target(store, alias, &from) && order(name, from) < 0)
		cut_history(&g, name);
	(void)take_out(&g.left, name);
	(void)take_out(&g.trying, name);
	if (leave_newer(store, alias, name, &g, err) < 0 ||
	    generations_write(store, alias, &g, err) < 0)
		return -1;
	return alias_refresh_locked(store, err);
}

int
store_generation_before(const struct store *store, const char *alias, char **ret, struct err *err)
{
	cleanup_generations struct generations g = { 0 };
	cleanup_free char *now = store_find(store, alias);

	*ret = NULL;
	if (store_generations(store, alias, &g, err) < 0)
		return -1;
	for (size_t i = g.was.count; i-- > 0 && !*ret;)
		if ((!now || strcmp(g.was.items[i], now) != 0) &&
		    fs_is_dir_at(&store->versions, g.was.items[i]))
			*ret = mem_strdup(g.was.items[i]);
	return 0;
}
