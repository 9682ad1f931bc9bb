/* SPDX-License-Identifier: MIT */
/* What `local` and `global` share: checking and printing pins. */
#include <config.h>

#include "cmd/pin.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/installed.h"
#include "core/choice.h"
#include "venv/registry.h"

/* Would WORD be read back from a pin file, and from a variable, as it is? */
static bool
is_writable_word(const char *word)
{
	return *word && *word != '#' && !strpbrk(word, " \t\r\n\v\f:");
}

char *
pin_spell(const char *request, const char *name)
{
	char spelled[VERSION_NAME_MAX + 1];
	struct request parsed;

	if (!request_parse(str_from(request), &parsed, NULL) || str_eq_text(parsed.name, name))
		return mem_strdup(name);
	if (request_spell(&parsed, spelled))
		return mem_strdup(spelled);
	if (parsed.kind != REQUEST_PREFIX || parsed.name.n == 0 ||
	    str_eq_text(parsed.want.family, "cpython"))
		return mem_strdup(name);
	return mem_strndup(parsed.name.p, parsed.name.n);
}

bool
pin_is_range(const struct context *ctx, const char *word)
{
	struct request request;

	return ctx->policy->knows_ranges && request_parse(str_from(word), &request, NULL) &&
	       request.kind == REQUEST_RANGE;
}

char *
pin_spell_range(const char *range)
{
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);

	for (; *range; range++)
		if (*range != ' ' && *range != '\t')
			buf_add_char(&b, *range);
	return buf_take(&b);
}

int
pin_check_range(const struct context *ctx, const char *command, const struct strvec *words,
		struct err *err)
{
	if (!ctx->policy->knows_ranges) {
		err_set(err, ERR_USAGE, "--range: in pyenv's face no range is read");
		return err_pyenv(err, "pyenv: --range: no range is read in this root");
	}
	for (size_t i = 0; i < words->count; i++)
		if (pin_is_range(ctx, words->items[i]))
			return 0;
	err_set(err, ERR_USAGE, "--range needs a range");
	return err_detail(err, "to fix", "pyvern %s --range '>=3.11,<3.13'", command);
}

static int
check_word(const struct choice *choice, const char *command, const char *word, bool is_range,
	   bool force, char *name, struct err *err)
{
	const char *why = NULL;
	cleanup_free char *fix = NULL;
	cleanup_free char *quoted = NULL;
	enum item_state state = selection_resolve_text(&choice->input, str_from(word), name, &why);

	/* A missing one has no name but what it was called. */
	if (state != ITEM_INSTALLED)
		memcpy(name, word, strnlen(word, VERSION_NAME_MAX) + 1);
	if (state == ITEM_INVALID) {
		err_set(err, ERR_USAGE, "%s is no version: %s", word, why);
		err_pyenv(err, "pyenv: version `%s' not installed", word);
		return err_detail(err, "to fix", "pyvern versions, or pyvern install --list");
	}
	if (!is_range && !is_writable_word(word))
		return err_set(err, ERR_USAGE, "a pin cannot hold \"%s\": it is no single word",
			       word);
	if (state != ITEM_MISSING || force)
		return 0;
	err_set(err, ERR_NOT_INSTALLED, "%s is not installed", word);
	err_pyenv(err, "pyenv: version `%s' not installed", word);
	fix = installed_fix(word);
	quoted = shell_word(word);
	return err_detail(err, "to fix", "%s, or pyvern %s --force %s", fix, command, quoted);
}

int
pin_check(const struct context *ctx, const char *command, const struct strvec *words,
	  unsigned flags, struct strvec *ret_spelled, struct err *err)
{
	bool force = flags & PIN_FORCE;

	cleanup_choice struct choice choice = CHOICE_INIT;
	char name[VERSION_NAME_MAX + 1];

	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	for (size_t i = 0; i < words->count; i++) {
		const char *word = words->items[i];
		bool is_range = pin_is_range(ctx, word);

		/* No installed version, no name that pyenv could read. */
		if (check_word(&choice, command, word, is_range,
			       force && (!is_range || flags & PIN_KEEP_RANGE), name, err) < 0)
			return -1;
		if (is_range && flags & PIN_KEEP_RANGE)
			strvec_take(ret_spelled, pin_spell_range(word));
		else if (ctx->policy->speaks_pyenv)
			strvec_add(ret_spelled, word);
		else
			strvec_take(ret_spelled, pin_spell(word, name));
	}
	return 0;
}

size_t
pin_print(const struct context *ctx, const struct selection_input *in, const struct pin *pin,
	  const char *place)
{
	size_t printed = 0;

	for (size_t i = 0; i < pin->count; i++) {
		struct str word = pin->words[i].text;
		cleanup_free char *text = mem_strndup(word.p, word.n);

		if (!choice_word_ok(in, pin, i, place, out_events(ctx->out)))
			continue;
		out_line(ctx->out, text);
		printed++;
	}
	return printed;
}

int
pin_write(const struct dir *dir, const struct strvec *words, struct err *err)
{
	cleanup_free char *joined = strvec_join(words, ":");
	cleanup_free char *word = shell_word(joined);

	if (pinfile_write(dir, PINFILE_NAME, words->items, words->count, err) == 0)
		return 0;
	/* What can be done where no file can be written. */
	if (err->sys)
		err_detail(err, "to fix", "export PYVERN_VERSION=%s (for this shell only)", word);
	return -1;
}

int
pin_write_here(const struct context *ctx, const struct dir *dir, const struct strvec *words,
	       struct err *err)
{
	const struct store store = { .layout = ctx->layout,
				     .root = DIR_INIT,
				     .versions = DIR_INIT };
	cleanup_free char *path = path_join(ctx->layout->working, PINFILE_NAME, NULL);

	if (pin_write(dir, words, err) < 0)
		return -1;
	registry_note_pin(&store, path, out_events(ctx->out));
	return 0;
}

void
pin_warn_of_project(const struct context *ctx, const struct strvec *words)
{
	cleanup_choice struct choice choice = CHOICE_INIT;
	cleanup_free char *path = path_join(ctx->layout->working, PINFILE_NAME, NULL);

	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	choice.input.dir = ctx->layout->working;
	choice_warn_of_project(&choice, str_from(words->items[0]), path, out_events(ctx->out));
}

int
pin_remove(const struct dir *dir, const char *name, struct err *err)
{
	if (unlinkat(dir->fd, name, 0) < 0 && errno != ENOENT)
		return err_sys(err, "cannot remove %s/%s", dir->path, name);
	return 0;
}
