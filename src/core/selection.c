/* SPDX-License-Identifier: MIT */
/* Which versions are asked for: the looks, in their order. */
#include <config.h>

#include "core/selection.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "core/layout.h"
#include "core/selection_internal.h"

static const struct pin_word system_word = { { "system", 6 }, 0 };

/* A search under way. */
struct search {
	struct selection *s;
	bool decided; /* the looks that follow are only reported */
	bool venvs;   /* are looked for, too */
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
	s->line = look->line;
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
	     enum pin_dialect dialect, const char *path)
{
	struct pin *pin = search->decided ? &search->s->later : &search->s->pin;
	struct look look = { .source = source, .place = path };

	pinfile_read(dir_fd, name, dialect, pin);
	look.why = pin->why;
	look.line = pin->line;
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

/* Files that are looked for in each folder, in this order. */
struct candidates {
	enum selection_source source;
	size_t count;
	const char *const *names;
};

static const char *const pin_names[] = { PINFILE_NAME, PINFILE_UV, PINFILE_TOOLS };
static const char *const project_names[] = { PINFILE_PROJECT };
static const struct candidates pyenv_pins = { SOURCE_FILE, 1, pin_names };
static const struct candidates all_pins = { SOURCE_FILE, 3, pin_names };
static const struct candidates projects = { SOURCE_PROJECT, 1, project_names };
/* Bytes that the longest name takes behind its folder, with the slash and the NUL. */
#define NAME_ROOM sizeof("/" PINFILE_UV)

/* Its name below a project, with a slash. */
#define VENV_TAIL "/.venv"

/* The `.venv` in the folder that is the first N bytes of DIR. */
static void
look_for_venv(struct search *search, const char *dir, size_t n)
{
	static const char *const whys[] = {
		[VENV_LINK] = "a link, or no folder",
		[VENV_UNKNOWN] = "not made here, not trusted",
		[VENV_CHANGED] = "not what was made or trusted",
	};
	struct selection *s = search->s;
	bool is_open = !search->decided && !s->has_venv;
	char *path = is_open ? s->venv : s->later_path;
	struct look look = { .source = SOURCE_VENV, .place = path };
	enum venv_state state;

	memcpy(path, dir, n);
	memcpy(path + n, VENV_TAIL, sizeof(VENV_TAIL));
	state = selection_look_at_venv(s->in, path);
	if (state == VENV_OURS && is_open) {
		s->has_venv = true;
		look.state = LOOK_CHOSEN;
	} else if (state == VENV_OURS) {
		look.state = LOOK_NOT_REACHED;
	} else if (state != VENV_ABSENT) {
		look.state = LOOK_PASSED_OVER;
		look.why = whys[state];
	}
	if (state != VENV_ABSENT)
		report(search, &look);
}

/* The CANDIDATES in the folder that is the first N bytes of DIR. True when one says
 * something; all are looked at when somebody wants to know of each. */
static bool
look_in_folder(struct search *search, const struct candidates *candidates, const char *dir,
	       size_t n)
{
	bool dialects = search->s->in->policy->reads_all_pins;
	bool any = false;

	if (candidates->source == SOURCE_FILE && search->venvs)
		look_for_venv(search, dir, n);
	for (size_t i = 0; i < candidates->count && (!any || goes_on(search)); i++) {
		struct str name = str_from(candidates->names[i]);
		/* What was chosen keeps its own path. */
		char *path = place_for_path(search);

		memcpy(path, dir, n);
		path[n] = '/';
		memcpy(path + n + 1, name.p, name.n + 1);
		any |= look_at_file(search, candidates->source, AT_FDCWD, path,
				    pinfile_dialect(name, dialects), path);
	}
	return any;
}

/* DIR and the folders above it; true when one has a candidate that says something. */
static bool
look_upwards(struct search *search, const struct candidates *candidates, const char *dir)
{
	size_t n = str_from(dir).n;
	bool any = false;

	while (n > 1 && dir[n - 1] == '/')
		n--;
	if (n == 0 || dir[0] != '/')
		return false;
	for (;;) {
		/* Below "/" there is no folder name to put a slash after. A file in
		 * a folder of 4 KiB has no path; the folders above it have. */
		if (n + NAME_ROOM <= PATH_TEXT_MAX)
			any |= look_in_folder(search, candidates, dir, n == 1 ? 0 : n);
		if (n == 1 || (any && !goes_on(search)))
			return any;
		while (n > 1 && dir[n - 1] != '/')
			n--;
		while (n > 1 && dir[n - 1] == '/')
			n--;
	}
}

/* From both folders, the second only if the first has none. */
static bool
look_from_folders(struct search *search, const struct candidates *candidates)
{
	const struct selection_input *in = search->s->in;

	return look_upwards(search, candidates, in->dir) ||
	       (in->dir_too && goes_on(search) && look_upwards(search, candidates, in->dir_too));
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
	look_at_file(search, SOURCE_GLOBAL, in->root_fd, LAYOUT_GLOBAL,
		     pinfile_dialect(STR_LIT(LAYOUT_GLOBAL), in->policy->reads_all_pins), path);
}

static const struct candidates *
pins_of(const struct policy *policy)
{
	return policy->reads_all_pins ? &all_pins : &pyenv_pins;
}

static bool
find_only(const struct selection_input *in, const struct candidates *candidates,
	  struct selection *ret)
{
	/* The first that says something ends it, also with a recorder. */
	struct selection_input alone = *in;
	struct search search = { .s = ret };
	bool any;

	alone.recorder = NULL;
	ret->in = &alone;
	ret->count = 0;
	ret->has_venv = false;
	any = look_upwards(&search, candidates, in->dir);
	ret->in = in;
	return any;
}

bool
selection_find_pin(const struct selection_input *in, struct selection *ret)
{
	return find_only(in, pins_of(in->policy), ret);
}

bool
selection_find_project(const struct selection_input *in, struct selection *ret)
{
	return in->policy->reads_all_pins && find_only(in, &projects, ret);
}

void
selection_make(const struct selection_input *in, struct selection *ret)
{
	struct search search = { .s = ret, .venvs = in->policy->enters_venvs };
	struct look last = {
		.source = SOURCE_DEFAULT, .place = "", .words = &system_word, .count = 1
	};

	ret->in = in;
	ret->count = 0;
	ret->has_venv = false;
	ret->unusable = NULL;
	ret->line = 0;
	look_at_variable(&search, "PYVERN_VERSION");
	if (goes_on(&search))
		look_at_variable(&search, "PYENV_VERSION");
	if (goes_on(&search))
		look_from_folders(&search, pins_of(in->policy));
	if (in->policy->reads_all_pins && goes_on(&search))
		look_from_folders(&search, &projects);
	if (goes_on(&search))
		look_at_global(&search);
	if (goes_on(&search))
		found(&search, &last);
}
