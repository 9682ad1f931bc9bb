/* SPDX-License-Identifier: MIT */
/* Which packages an environment is to begin with, other than what its Python brings. */
#include <config.h>

#include "venv/seed_list.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/sha256.h"
#include "base/str.h"

#define WHEEL_SUFFIX ".whl"
#define EXACTLY "=="

void
seed_list_reset(struct seed_list *list)
{
	strvec_reset(&list->items);
	*list = (struct seed_list){ 0 };
}

bool
seed_item_is_file(const char *item)
{
	return item[0] == '/';
}

const char *
seed_item_version(const char *item)
{
	const char *at = seed_item_is_file(item) ? NULL : strstr(item, EXACTLY);

	return at ? at + strlen(EXACTLY) : NULL;
}

/* Source: PEP 503, normalized names. */
char *
seed_item_project(const char *item)
{
	struct str name = seed_item_is_file(item) ? path_base(item) : str_from(item);
	struct buf b = BUF_INIT(BUF_TEXT_MAX);

	name.n = str_find(name, seed_item_is_file(item) ? '-' : '=');
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool is_mark = c == '-' || c == '_' || c == '.';

		if (is_mark && i > 0 && strchr("-_.", name.p[i - 1]))
			continue;
		buf_add_char(&b, is_mark ? '-' : str_lower(c));
	}
	return buf_take(&b);
}

static bool
is_alnum(char c)
{
	return str_is_alpha(c) || str_is_digit(c);
}

/* Letters, digits and MARKS, at least one. */
static bool
is_plain(struct str text, const char *marks)
{
	for (size_t i = 0; i < text.n; i++)
		if (!is_alnum(text.p[i]) && !strchr(marks, text.p[i]))
			return false;
	return text.n > 0 && is_alnum(text.p[0]);
}

static bool
is_requirement(struct str word)
{
	size_t equals = str_find(word, '=');
	struct str name = { word.p, equals };
	struct str version = str_skip(word, equals + strlen(EXACTLY));

	if (!is_plain(name, "-_."))
		return false;
	return equals == word.n ||
	       (str_starts(str_skip(word, equals), STR_LIT(EXACTLY)) && is_plain(version, ".+!-_"));
}

static int
add_item(struct seed_list *list, struct str word, const char *working, struct err *err)
{
	cleanup_free char *text = mem_strndup(word.p, word.n);

	if (list->items.count == SEED_LIST_MAX)
		return err_set(err, ERR_USAGE, "--seed: more than %d packages", SEED_LIST_MAX);
	if (str_ends(word, STR_LIT(WHEEL_SUFFIX))) {
		strvec_take(&list->items, path_clean(working, text));
		return 0;
	}
	if (is_requirement(word)) {
		strvec_take(&list->items, steal_ptr(&text));
		return 0;
	}
	err_set(err, ERR_USAGE, "--seed: \"%s\" is no package", text);
	return err_detail(err, "to fix", "--seed pip,setuptools==80.9.0,./x-1.0-py3-none-any.whl");
}

static int
check_once(const struct seed_list *list, struct err *err)
{
	for (size_t i = 0; i < list->items.count; i++) {
		cleanup_free char *one = seed_item_project(list->items.items[i]);

		for (size_t k = 0; k < i; k++) {
			cleanup_free char *other = seed_item_project(list->items.items[k]);

			if (strcmp(one, other) == 0)
				return err_set(err, ERR_USAGE, "--seed: %s is in it twice", one);
		}
	}
	return 0;
}

int
seed_list_parse(const char *text, const char *working, struct seed_list *ret, struct err *err)
{
	cleanup_seed_list struct seed_list list = { 0 };
	cleanup_free char *joined = NULL;
	unsigned char digest[SHA256_SIZE];
	struct str rest = str_from(text);
	struct str word;

	while (str_split(&rest, ',', &word))
		if (add_item(&list, str_trim(word), working, err) < 0)
			return -1;
	if (list.items.count == 0)
		return err_set(err, ERR_USAGE, "--seed names no package");
	if (check_once(&list, err) < 0)
		return -1;
	joined = strvec_join(&list.items, "\n");
	sha256(joined, strlen(joined), digest);
	for (size_t i = 0; i + 1 < SEED_KEY_SIZE; i += 2)
		(void)snprintf(list.key + i, 3, "%02x", digest[i / 2]);
	*ret = list;
	list = (struct seed_list){ 0 };
	return 0;
}
