/* SPDX-License-Identifier: MIT */
/* What has become of an installed tree since its manifest was written. */
#include <config.h>

#include "supply/manifest_internal.h"

#include <string.h>

#include "base/map.h"
#include "core/layout.h"

/* Does TEXT begin with \ooo, for a byte that a path can have? */
static bool
is_escape(struct str text)
{
	if (text.n < 4 || text.p[0] != '\\' || str_starts(text, STR_LIT("\\000")))
		return false;
	for (size_t i = 1; i < 4; i++)
		if (text.p[i] < '0' || text.p[i] > '7')
			return false;
	return true;
}

/* The path of a line, as the tree has it: without "./", and with bytes for \ooo. */
static char *
path_of(struct str shown)
{
	struct buf b = BUF_INIT(BUF_TEXT_MAX);

	if (str_starts(shown, STR_LIT("./")))
		shown = str_skip(shown, 2);
	while (shown.n) {
		if (is_escape(shown)) {
			buf_add_char(&b, (char)(((shown.p[1] - '0') << 6) |
						((shown.p[2] - '0') << 3) | (shown.p[3] - '0')));
			shown = str_skip(shown, 4);
		} else {
			buf_add_char(&b, shown.p[0]);
			shown = str_skip(shown, 1);
		}
	}
	return b.data ? buf_take(&b) : mem_strdup("");
}

/* The value of KEY ("sha256digest") in a line; NULL: it has none. Owned (free). */
static char *
value_of(struct str line, const char *key)
{
	size_t n = strlen(key);
	struct str word;

	while (str_word(&line, &word))
		if (word.n > n && word.p[n] == '=' && strncmp(word.p, key, n) == 0)
			return mem_strndup(word.p + n + 1, word.n - n - 1);
	return NULL;
}

static void
add(struct manifest_differences *to, enum manifest_change change, struct str shown, struct str line)
{
	struct manifest_difference *d;

	to->items = vec_grow(to->items, to->count, sizeof(*to->items));
	d = &to->items[to->count++];
	*d = (struct manifest_difference){ .change = change,
					   .path = path_of(shown),
					   .sha256 = value_of(line, "sha256digest") };
}

/* Lines of TEXT by their paths, without the heading. Keys borrow nothing; values are the
 * lines' places in TEXT. */
static void
index_lines(struct str text, struct map *ret)
{
	struct str line;

	while (str_line(&text, &line)) {
		struct str rest = line;
		struct str word;
		cleanup_free char *shown = NULL;

		if (line.n == 0 || line.p[0] == '#' || !str_word(&rest, &word))
			continue;
		shown = mem_strndup(word.p, word.n);
		map_set(ret, shown, (void *)line.p);
	}
}

static struct str
line_at(const char *p)
{
	return (struct str){ p, strcspn(p, "\n") };
}

/* What is there now, held against OLD; what is found is taken out of it. */
static void
compare_lines(struct str now, struct map *old, struct manifest_differences *ret)
{
	struct str line;

	while (str_line(&now, &line)) {
		struct str rest = line;
		struct str word;
		cleanup_free char *shown = NULL;
		const char *before;

		if (line.n == 0 || line.p[0] == '#' || !str_word(&rest, &word))
			continue;
		shown = mem_strndup(word.p, word.n);
		before = map_remove(old, shown);
		if (!before)
			add(ret, MANIFEST_APPEARED, word, line);
		else if (!str_eq(line_at(before), line))
			add(ret, MANIFEST_CHANGED, word, line);
	}
}

static int
add_vanished(const char *shown, void *line, void *ctx)
{
	(void)line;
	add(ctx, MANIFEST_VANISHED, str_from(shown), STR_LIT(""));
	return 0;
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct manifest_difference *)a)->path,
		      ((const struct manifest_difference *)b)->path);
}

int
manifest_compare(const struct dir *tree, const struct dir *meta, const char *subject,
		 const struct events *events, struct manifest_differences *ret, struct err *err)
{
	cleanup_buf struct buf old = BUF_INIT(MANIFEST_MAX);
	cleanup_buf struct buf now = BUF_INIT(MANIFEST_MAX);
	cleanup_map struct map lines = { 0 };
	struct manifest_result result = { 0 };

	if (fs_read_file(meta, LAYOUT_MANIFEST, &old, err) < 0 ||
	    manifest_text(tree, subject, "verify", true, events, &now, &result, err) < 0)
		return -1;
	index_lines(buf_str(&old), &lines);
	compare_lines(buf_str(&now), &lines, ret);
	(void)map_each(&lines, add_vanished, ret);
	if (ret->count)
		qsort(ret->items, ret->count, sizeof(*ret->items), by_path);
	ret->files = result.files;
	return 0;
}

void
manifest_differences_reset(struct manifest_differences *differences)
{
	for (size_t i = 0; i < differences->count; i++) {
		free(differences->items[i].path);
		free(differences->items[i].sha256);
	}
	free(differences->items);
	*differences = (struct manifest_differences){ 0 };
}
