/* SPDX-License-Identifier: MIT */
/* Start-up files of shells, and our lines in them. */
#include <config.h>

#include "cmd/init_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/shell.h"
#include "cmd/init_places.h"

/* 1 MiB: a start-up file is some kilobytes; more is something else. */
#define FILE_MAX ((size_t)1024 * 1024)
/* Ends each line of ours; a comment in every shell. The first one also says what the
 * file was before, where taking our lines out would not bring that back. */
#define MARK " # pyvern init"
#define MARK_NEW MARK ": made this file"
#define MARK_JOINED MARK ": no newline before"
/* Begins each line that we replaced. */
#define KEPT "#pyvern-kept# "
/* The copy that is made before somebody else's lines are replaced. */
#define COPY_SUFFIX ".before-pyvern"

/* "~/.profile" below HOME. Owned by the caller (free). */
static char *
below_home(const struct layout *layout, const char *file)
{
	return path_join(layout->home, file + strlen("~/"), NULL);
}

/* One file on its way from what it is to what it shall be. */
struct edit {
	const char *shown; /* "~/.bashrc" */
	struct dir dir;	   /* where the file really is */
	char *name;
	mode_t mode;
	bool is_new;	/* not there, or made by us */
	bool is_joined; /* its last line had no newline before ours came */
	struct buf old_text;
	struct buf new_text;
	size_t added;	 /* lines of ours that it did not have */
	size_t replaced; /* lines of pyenv's that we keep as comments */
	size_t removed;	 /* lines of ours that go */
};

#define EDIT_INIT                                                \
	{                                                        \
		.dir = DIR_INIT, .old_text = BUF_INIT(FILE_MAX), \
		.new_text = BUF_INIT(2 * FILE_MAX)               \
	}

static void
edit_reset(struct edit *edit)
{
	dir_reset(&edit->dir);
	free(edit->name);
	buf_reset(&edit->old_text);
	buf_reset(&edit->new_text);
}
#define cleanup_edit cleanup_with(edit_reset)

/* Open FILE ("~/.bashrc") where it really is, and read it. A missing one is empty;
 * with MAKE its folder is made. */
static int
edit_open(const struct layout *layout, const char *file, bool make, struct edit *ret,
	  struct err *err)
{
	cleanup_free char *path = below_home(layout, file);
	cleanup_free char *real = realpath(path, NULL);
	struct str above = path_dir(real ? real : path);
	cleanup_free char *folder = mem_strndup(above.p, above.n);
	struct stat st;

	ret->shown = file;
	ret->name = mem_strdup(path_base(real ? real : path).p);
	ret->mode = 0644;
	ret->is_new = !real;
	if (!real && errno != ENOENT)
		return err_sys(err, "cannot read %s", path);
	if (!real && !make)
		return 0;
	if ((make ? fs_make_dirs(folder, 0755, &ret->dir, err)
		  : fs_open_dir(folder, &ret->dir, err)) < 0)
		return -1;
	if (!real)
		return 0;
	if (stat(real, &st) == 0)
		ret->mode = st.st_mode & 07777;
	return fs_read_file(&ret->dir, ret->name, &ret->old_text, err);
}

static bool
is_ours(struct str line)
{
	return str_ends(line, STR_LIT(MARK)) || str_ends(line, STR_LIT(MARK_NEW)) ||
	       str_ends(line, STR_LIT(MARK_JOINED));
}

/* A line of ours: what it says of the file. */
static void
read_mark(struct edit *edit, struct str line)
{
	edit->removed++;
	edit->is_new = edit->is_new || str_ends(line, STR_LIT(MARK_NEW));
	edit->is_joined = edit->is_joined || str_ends(line, STR_LIT(MARK_JOINED));
}

/* Does LINE do something with pyenv? */
static bool
is_pyenvs(struct str line)
{
	struct str trimmed = str_trim(line);

	if (trimmed.n == 0 || trimmed.p[0] == '#' || is_ours(line))
		return false;
	for (struct str rest = trimmed; rest.n; rest = str_skip(rest, 1))
		if (str_starts(rest, STR_LIT("pyenv")) || str_starts(rest, STR_LIT("PYENV")))
			return true;
	return false;
}

/* Can LINE go without those around it: is it no part of something longer? */
static bool
stands_alone(struct str line)
{
	static const char *const starts[] = { "if ",	 "then",   "else", "elif",	"fi",
					      "for ",	 "while ", "do",   "done",	"case ",
					      "esac",	 "{",	   "}",	   "function ", "end",
					      "switch ", "&&",	   "||" };
	static const char *const ends[] = { "\\", "then", "do", "{", "&&", "||", "|", "(", "else" };
	struct str trimmed = str_trim(line);

	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (str_starts(trimmed, str_from(starts[i])))
			return false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (str_ends(trimmed, str_from(ends[i])))
			return false;
	return line.n > 0 && line.p[0] != ' ' && line.p[0] != '\t';
}

/* The old text without our lines; pyenv's are replaced, or refused. */
static int
copy_others(struct edit *edit, bool replace, struct err *err)
{
	struct str rest = buf_str(&edit->old_text);
	struct str line;
	unsigned number = 0;

	while (str_line(&rest, &line)) {
		number++;
		if (is_ours(line)) {
			read_mark(edit, line);
			continue;
		}
		if (!is_pyenvs(line)) {
			buf_add_str(&edit->new_text, line);
		} else if (replace && stands_alone(line)) {
			buf_add_text(&edit->new_text, KEPT);
			buf_add_str(&edit->new_text, line);
			edit->replaced++;
		} else {
			err_set(err, ERR_PROTECTED, "%s:%u starts pyenv", edit->shown, number);
			err_detail(err, "line", "%.*s", STR_ARG(line));
			if (replace)
				return err_detail(err, "to fix",
						  "remove it by hand (it is part of something "
						  "longer), then pyvern init --install");
			return err_detail(err, "to fix", "pyvern init --install --replace");
		}
		buf_add_char(&edit->new_text, '\n');
		edit->is_joined = false;
	}
	if (edit->removed == 0)
		edit->is_joined =
			edit->old_text.len && !str_ends(buf_str(&edit->old_text), STR_LIT("\n"));
	return 0;
}

/* The old text without our lines, and with what we had replaced. */
static void
copy_back(struct edit *edit)
{
	struct str rest = buf_str(&edit->old_text);
	struct str line;

	while (str_line(&rest, &line)) {
		if (is_ours(line)) {
			read_mark(edit, line);
			continue;
		}
		if (str_starts(line, STR_LIT(KEPT))) {
			line = str_skip(line, strlen(KEPT));
			edit->replaced++;
		}
		buf_add_str(&edit->new_text, line);
		if (rest.n || str_ends(buf_str(&edit->old_text), STR_LIT("\n")))
			buf_add_char(&edit->new_text, '\n');
		edit->is_joined = false;
	}
	if (edit->is_joined)
		buf_truncate(&edit->new_text, edit->new_text.len - 1);
}

/* A line of ours: BEFORE, in which @N is CALL, then WORD as a literal, then AFTER. */
static void
add_line(struct edit *edit, const struct shell *shell, const char *before, const char *call,
	 const char *word, const char *after)
{
	const char *mark = edit->is_new ? MARK_NEW : edit->is_joined ? MARK_JOINED : MARK;

	for (; *before; before++) {
		if (before[0] == '@' && before[1] == 'N') {
			buf_add_text(&edit->new_text, call);
			before++;
		} else {
			buf_add_char(&edit->new_text, *before);
		}
	}
	if (word)
		shell->quote(&edit->new_text, word);
	buf_printf(&edit->new_text, "%s%s\n", after, edit->added ? MARK : mark);
	edit->added++;
}

/* Is DIR where every shell looks anyway? */
static bool
is_system_folder(const char *dir)
{
	static const char *const folders[] = { "/usr/local/bin", "/usr/bin", "/bin" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (strcmp(dir, folders[i]) == 0)
			return true;
	return false;
}

/* What each syntax says: the root, our own folder on PATH, and init's code of the program
 * @N (with `init`); the last one for files that only logins read. */
static const struct {
	const char *root;
	const char *path;
	const char *path_end;
	const char *init;
	const char *init_path;
} lines[] = {
	[SHELL_SH] = { "export PYVERN_ROOT=", "export PATH=", ":\"$PATH\"", "eval \"$(@N -)\"",
		       "eval \"$(@N --path)\"" },
	[SHELL_FISH] = { "set -gx PYVERN_ROOT ", "set -gx PATH ", " $PATH", "@N - fish | source",
			 NULL },
	[SHELL_CSH] = { "setenv PYVERN_ROOT ", "set -f path = ( ", " $path:q )",
			"eval \"`@N - tcsh`\"", NULL },
	[SHELL_PWSH] = { "$env:PYVERN_ROOT = ", "$env:PATH = ",
			 " + [IO.Path]::PathSeparator + $env:PATH",
			 "Invoke-Expression ((& @N - pwsh) -join \"`n\")", NULL },
	[SHELL_XONSH] = { "$PYVERN_ROOT = ", "$PATH.insert(0, ", ")", "execx($(@N - xonsh))",
			  NULL },
	[SHELL_NU] = { NULL, NULL, NULL, NULL, NULL },
};

/* What is asked for. */
struct wish {
	bool replace;
	const char *as_pyenv; /* folder that has `pyenv`, or NULL */
	bool auto_venv;
};

static void
add_path(const struct shell *shell, const char *folder, struct edit *edit)
{
	add_line(edit, shell, lines[shell->syntax].path, NULL, folder,
		 lines[shell->syntax].path_end);
}

static void
add_lines(const struct context *ctx, const struct shell *shell, bool is_profile,
	  const struct wish *wish, struct edit *edit)
{
	const struct layout *layout = ctx->layout;
	/* What only logins read has no prompt hook. */
	cleanup_free char *call =
		mem_printf("%s %s", wish->as_pyenv ? "pyenv" : "pyvern",
			   wish->auto_venv && !is_profile ? INIT_FILES_AUTO : INIT_FILES_PLAIN);
	cleanup_free char *usual = path_join(layout->home, ".pyenv", NULL);

	if (strcmp(layout->root, usual) != 0)
		add_line(edit, shell, lines[shell->syntax].root, NULL, layout->root, "");
	if (!is_system_folder(layout->bin))
		add_path(shell, layout->bin, edit);
	/* In front of all: another pyenv may be in any of them. */
	if (wish->as_pyenv)
		add_path(shell, wish->as_pyenv, edit);
	add_line(edit, shell,
		 is_profile ? lines[shell->syntax].init_path : lines[shell->syntax].init, call,
		 NULL, "");
}

/* Write what has changed, and say so. */
static int
edit_save(const struct context *ctx, struct edit *edit, bool copy, struct err *err)
{
	cleanup_free char *copy_name = mem_printf("%s" COPY_SUFFIX, edit->name);
	cleanup_free char *kept = NULL;

	if (buf_check(&edit->new_text, edit->shown, err) < 0)
		return -1;
	if (str_eq(buf_str(&edit->old_text), buf_str(&edit->new_text))) {
		out_fact(ctx->out, '=', edit->shown, "as it shall be");
		return 0;
	}
	if (edit->is_new && edit->added == 0 && edit->new_text.len == 0) {
		out_fact(ctx->out, '-', edit->shown, "as before pyvern");
		return fs_remove_tree(&edit->dir, edit->name, err);
	}
	copy = copy && edit->replaced && !fs_exists_at(&edit->dir, copy_name);
	if (copy &&
	    fs_create_file(&edit->dir, copy_name, buf_str(&edit->old_text), edit->mode, err) < 0)
		return -1;
	if (fs_update_file(&edit->dir, edit->name, buf_str(&edit->new_text), 0644, 0777, err) < 0)
		return -1;
	kept = copy ? mem_printf(" (copy: %s" COPY_SUFFIX ")", edit->shown) : mem_strdup("");
	if (edit->added == 0)
		out_fact(ctx->out, '~', edit->shown, "as before pyvern");
	else if (edit->replaced)
		out_fact(ctx->out, '~', edit->shown, "%zu line%s of pyenv replaced by %zu%s",
			 edit->replaced, edit->replaced == 1 ? "" : "s", edit->added, kept);
	else
		out_fact(ctx->out, '~', edit->shown, "%zu line%s added", edit->added,
			 edit->added == 1 ? "" : "s");
	return 0;
}

static int
check_place(const struct context *ctx, const struct shell *shell, struct err *err)
{
	const struct layout *layout = ctx->layout;

	if (!layout->home) {
		err_set(err, ERR_FAILED, "there is no home folder whose files could be changed");
		return err_detail(err, "to fix", "HOME=DIR pyvern init --install");
	}
	if (!lines[shell->syntax].init) {
		err_set(err, ERR_FAILED, "%s cannot evaluate code when it starts", shell->name);
		return err_detail(err, "to fix", "pyvern init %s", shell->name);
	}
	if (shell_text_ok(layout->root) && shell_text_ok(layout->bin) &&
	    !strchr(layout->bin, ':') && !strchr(layout->root, ':'))
		return 0;
	err_set(err, ERR_FAILED, "%s or %s has a character that shells do not take", layout->root,
		layout->bin);
	return err_detail(err, "to fix", "PYVERN_ROOT=DIR for another root");
}

static int
prepare(const struct context *ctx, const struct shell *shell, const char *file, bool is_profile,
	const struct wish *wish, struct edit *edit, struct err *err)
{
	if (edit_open(ctx->layout, file, true, edit, err) < 0 ||
	    copy_others(edit, wish->replace, err) < 0)
		return -1;
	add_lines(ctx, shell, is_profile, wish, edit);
	return 0;
}

/* The folder of ours that has nothing but `pyenv`. Owned by the caller (free). */
static char *
find_as_pyenv(const struct layout *layout, struct err *err)
{
	cleanup_free char *folder = path_join(layout->libexec, LAYOUT_AS_PYENV, NULL);
	cleanup_free char *program = path_join(folder, "pyenv", NULL);

	if (access(program, X_OK) == 0 && shell_text_ok(folder) && !strchr(folder, ':'))
		return steal_ptr(&folder);
	err_set(err, ERR_FAILED, "there is no program %s", program);
	err_detail(err, "to fix", "install pyvern again");
	return NULL;
}

int
init_files_install(const struct context *ctx, const struct shell *shell, struct err *err)
{
	cleanup_edit struct edit rc = EDIT_INIT;
	cleanup_edit struct edit profile = EDIT_INIT;
	cleanup_free char *folder = NULL;
	bool as_pyenv = options_has(ctx->options, "as-pyenv");
	struct wish wish = {
		.replace = options_has(ctx->options, "replace"),
		.auto_venv = options_has(ctx->options, "auto-venv"),
	};
	struct init_files files;
	bool two;

	if (check_place(ctx, shell, err) < 0 ||
	    (as_pyenv && !(folder = find_as_pyenv(ctx->layout, err))))
		return -1;
	wish.as_pyenv = folder;
	init_files_of(ctx->layout, shell, &files);
	two = strcmp(files.rc, files.profile) != 0;
	if (prepare(ctx, shell, files.rc, false, &wish, &rc, err) < 0 ||
	    (two && prepare(ctx, shell, files.profile, true, &wish, &profile, err) < 0))
		return -1;
	if (edit_save(ctx, &rc, true, err) < 0 || (two && edit_save(ctx, &profile, true, err) < 0))
		return -1;
	if (as_pyenv)
		out_fact(ctx->out, '+', "pyenv",
			 "means pyvern in new shells; pyenv's own files stay");
	return 0;
}

static int
uninstall_from(const struct context *ctx, const char *file, bool *any, struct err *err)
{
	cleanup_edit struct edit edit = EDIT_INIT;

	if (edit_open(ctx->layout, file, false, &edit, err) < 0)
		return -1;
	if (edit.is_new)
		return 0;
	copy_back(&edit);
	if (edit.removed == 0 && edit.replaced == 0)
		return 0;
	*any = true;
	return edit_save(ctx, &edit, false, err);
}

int
init_files_uninstall(const struct context *ctx, struct err *err)
{
	cleanup_strvec struct strvec files = { 0 };
	bool any = false;

	if (!ctx->layout->home)
		return err_set(err, ERR_FAILED,
			       "there is no home folder whose files could be changed");
	init_places_all(&files);
	for (size_t i = 0; i < files.count; i++)
		if (uninstall_from(ctx, files.items[i], &any, err) < 0)
			return -1;
	if (!any)
		out_fact(ctx->out, '=', "shell", "no start-up file has lines of ours");
	return 0;
}

void
init_files_each_pyenv(const struct layout *layout,
		      void (*found)(void *ctx, const struct init_line *line), void *ctx)
{
	cleanup_strvec struct strvec files = { 0 };

	init_places_all(&files);
	for (size_t i = 0; layout->home && i < files.count; i++) {
		cleanup_edit struct edit edit = EDIT_INIT;
		cleanup_err struct err unreadable = { 0 };
		struct init_line line = { .shell = init_places_shell(files.items[i]),
					  .file = files.items[i] };
		struct str rest;

		if (edit_open(layout, files.items[i], false, &edit, &unreadable) < 0)
			continue;
		for (rest = buf_str(&edit.old_text); str_line(&rest, &line.text);) {
			line.number++;
			if (is_pyenvs(line.text))
				found(ctx, &line);
		}
	}
}
