/* SPDX-License-Identifier: MIT */
/* Which versions are asked for: the looks, in their order. */
#include <config.h>

#include "core/selection.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "core/layout.h"

static const struct pin_word system_word = { { "system", 6 }, 0 };

/* A search under way. */
struct search {
	struct selection *s;
	bool decided; /* the looks that follow are only reported */
};

static void
report(const struct search *search, const struct look *look)
{
	const struct selection_recorder *to = search->s->in->recorder;

	if (to)
		to->look(to->ctx, look);
}

/* Must there be another look? Not for the answer, perhaps for the record. */
static bool
goes_on(const struct search *search)
{
	return !search->decided || search->s->in->recorder;
}

static void
set_item(struct selection *s, struct pin_word word)
{
	struct selection_item *item = &s->items[s->count++];

	item->word = word;
	item->state = ITEM_OPEN;
	item->why = NULL;
	item->name[0] = '\0';
}

/* LOOK is the answer, with its words. */
static void
choose(struct search *search, struct look *look)
{
	struct selection *s = search->s;

	search->decided = true;
	s->source = look->source;
	s->place = look->place;
	s->unusable = look->why;
	for (size_t i = 0; i < look->count; i++)
		set_item(s, look->words[i]);
	if (s->count == 0 && s->in->policy->unusable_pin_is_system) {
		s->unusable = NULL;
		set_item(s, system_word);
	}
	look->state = LOOK_CHOSEN;
	report(search, look);
}

/* A look that found words, or a place that should have them (WHY). */
static void
found(struct search *search, struct look *look)
{
	if (!search->decided) {
		choose(search, look);
		return;
	}
	look->state = LOOK_NOT_REACHED;
	report(search, look);
}

/* Items between colons; empty ones ask for nothing. False: too many. */
static bool
split_variable(const char *value, struct pin_word *words, size_t *ret_count)
{
	struct str rest = str_from(value);
	struct str part;

	*ret_count = 0;
	while (str_split(&rest, ':', &part)) {
		if (part.n == 0)
			continue;
		if (*ret_count == PIN_WORDS_MAX)
			return false;
		words[(*ret_count)++] = (struct pin_word){ part, 0 };
	}
	return true;
}

static void
look_at_variable(struct search *search, const char *name)
{
	const char *value = getenv(name);
	struct look look = { .source = SOURCE_VARIABLE, .place = name };
	struct pin_word words[PIN_WORDS_MAX];

	if (!value || !*value) {
		report(search, &look);
		return;
	}
	if (!split_variable(value, words, &look.count))
		look.why = "more than 64 versions";
	/* ":" asks for nothing in particular; pyenv takes it for system. */
	if (look.count == 0 && !look.why)
		words[look.count++] = system_word;
	look.words = words;
	found(search, &look);
}

/* PATH_TEXT_MAX bytes where a path is put together, and stays when it is the
 * answer. */
static char *
place_for_path(const struct search *search)
{
	return search->decided ? search->s->later_path : search->s->pin_path;
}

/* The pin file at PATH (of place_for_path()), NAME below DIR_FD. True: it says
 * something, or should. */
static bool
look_at_file(struct search *search, enum selection_source source, int dir_fd, const char *name,
	     const char *path)
{
	struct pin *pin = search->decided ? &search->s->later : &search->s->pin;
	struct look look = { .source = source, .place = path };

	pinfile_read(dir_fd, name, pin);
	look.why = pin->why;
	look.words = pin->words;
	look.is_link = pin->is_link;
	if (pin->status == PIN_ABSENT) {
		report(search, &look);
		return false;
	}
	if (pin->status == PIN_PASSED_OVER) {
		look.state = LOOK_PASSED_OVER;
		report(search, &look);
		return false;
	}
	look.count = pin->status == PIN_READ ? pin->count : 0;
	found(search, &look);
	return true;
}

/* DIR and the folders above it; true when one has a pin file. */
static bool
look_upwards(struct search *search, const char *dir)
{
	char *path = place_for_path(search);
	size_t n = str_from(dir).n;

	while (n > 1 && dir[n - 1] == '/')
		n--;
	if (n == 0 || dir[0] != '/' || n + sizeof("/" PINFILE_NAME) > PATH_TEXT_MAX)
		return false;
	memcpy(path, dir, n);
	for (;;) {
		/* Below "/" there is no folder name to put a slash after. */
		size_t at = n == 1 ? 0 : n;

		memcpy(path + at, "/" PINFILE_NAME, sizeof("/" PINFILE_NAME));
		if (look_at_file(search, SOURCE_FILE, AT_FDCWD, path, path))
			return true;
		if (n == 1)
			return false;
		while (n > 1 && path[n - 1] != '/')
			n--;
		while (n > 1 && path[n - 1] == '/')
			n--;
	}
}

static void
look_at_global(struct search *search)
{
	const struct selection_input *in = search->s->in;
	char *path = place_for_path(search);
	size_t n = strlen(in->root);

	if (n + sizeof("/" LAYOUT_GLOBAL) > PATH_TEXT_MAX)
		return;
	memcpy(path, in->root, n);
	memcpy(path + n, "/" LAYOUT_GLOBAL, sizeof("/" LAYOUT_GLOBAL));
	if (in->root_fd < 0) {
		report(search, &(struct look){ .source = SOURCE_GLOBAL, .place = path });
		return;
	}
	look_at_file(search, SOURCE_GLOBAL, in->root_fd, LAYOUT_GLOBAL, path);
}

bool
selection_find_pin(const struct selection_input *in, struct selection *ret)
{
	struct search search = { .s = ret };

	ret->in = in;
	ret->count = 0;
	return look_upwards(&search, in->dir);
}

void
selection_make(const struct selection_input *in, struct selection *ret)
{
	struct search search = { .s = ret };
	struct look last = {
		.source = SOURCE_DEFAULT, .place = "", .words = &system_word, .count = 1
	};

	ret->in = in;
	ret->count = 0;
	ret->unusable = NULL;
	look_at_variable(&search, "PYVERN_VERSION");
	if (goes_on(&search))
		look_at_variable(&search, "PYENV_VERSION");
	if (goes_on(&search) && !look_upwards(&search, in->dir) && in->dir_too && goes_on(&search))
		look_upwards(&search, in->dir_too);
	if (goes_on(&search))
		look_at_global(&search);
	if (goes_on(&search))
		found(&search, &last);
}
