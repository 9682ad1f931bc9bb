/* SPDX-License-Identifier: MIT */
/* The libraries that a build needs, looked for before it begins. */
#include <config.h>

#include "supply/build.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "core/toolchain.h"

/* Without these no pip works, and so hardly anything: a build stops before it begins. */
static const char *const vital[] = { "ssl", "zlib" };

/* Parts of one kind. */
struct parts {
	const struct toolchain_part *items[TOOLCHAIN_PARTS_MAX];
	size_t count;
};

struct lacks {
	struct parts vital;
	struct parts others;
	struct parts all; /* what one command would bring */
	enum package_manager packages;
};

static bool
has_name(const char *list, const char *name)
{
	struct str rest = str_from(list ? list : "");
	struct str word;

	while (str_split(&rest, ',', &word))
		if (str_eq_text(word, name))
			return true;
	return false;
}

static int
check_without(const char *list, struct err *err)
{
	struct str rest = str_from(list ? list : "");
	struct str word;

	while (list && str_split(&rest, ',', &word)) {
		size_t i = 0;

		while (toolchain_parts[i].name && !str_eq_text(word, toolchain_parts[i].name))
			i++;
		if (toolchain_parts[i].name)
			continue;
		(void)err_set(err, ERR_USAGE, "--without: %.*s is none of the libraries",
			      STR_ARG(word));
		return err_detail(err, "known",
				  "ssl, zlib, bz2, sqlite3, readline, ffi, lzma, "
				  "uuid, ncurses, tk");
	}
	return 0;
}

/* configure is told of an OpenSSL elsewhere, and looks for it itself. */
static bool
is_told(const struct build_settings *settings, const char *part)
{
	for (size_t i = 0; i < settings->configure_words.count; i++)
		if (strcmp(part, "ssl") == 0 &&
		    str_starts(str_from(settings->configure_words.items[i]),
			       STR_LIT("--with-openssl")))
			return true;
	return false;
}

static void
add(struct parts *parts, const struct toolchain_part *part)
{
	parts->items[parts->count++] = part;
}

/* What this machine has, found once in a run: versions that are installed together ask at
 * the same time, and it only changes by what we have installed. */
static struct {
	pthread_mutex_t lock;
	bool is_known;
	bool is_tried; /* the compiler could be */
	enum toolchain_state states[TOOLCHAIN_PARTS_MAX];
} machine = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int
look_at_machine(const char *shims, struct err *err)
{
	cleanup_toolchain struct toolchain toolchain = { 0 };
	cleanup_err struct err why = { 0 };

	/* A compiler for another purpose than ours: configure will see. */
	if (toolchain_open(shims, NULL, &toolchain, &why) < 0) {
		if (why.code == ERR_INTERRUPTED)
			return err_set(err, why.code, "%s", why.message);
		machine.is_tried = false;
		machine.is_known = true;
		return 0;
	}
	if (toolchain_try_all(&toolchain, machine.states, err) < 0)
		return -1;
	machine.is_tried = machine.is_known = true;
	return 0;
}

/* The states of all parts; *RET_TRIED is false when they are not known. */
static int
read_machine(const struct layout *layout, bool again,
	     enum toolchain_state ret_states[TOOLCHAIN_PARTS_MAX], bool *ret_tried, struct err *err)
{
	cleanup_free char *shims = path_join(layout->root, LAYOUT_SHIMS, NULL);
	int result = 0;

	(void)pthread_mutex_lock(&machine.lock);
	if (again || !machine.is_known)
		result = look_at_machine(shims, err);
	memcpy(ret_states, machine.states, sizeof(machine.states));
	*ret_tried = machine.is_tried;
	(void)pthread_mutex_unlock(&machine.lock);
	return result;
}

static int
find_lacks(const struct build_needs *needs, const struct build_settings *settings, bool again,
	   struct lacks *ret, struct err *err)
{
	enum toolchain_state states[TOOLCHAIN_PARTS_MAX];
	bool tried;

	*ret = (struct lacks){ .packages = toolchain_packages() };
	if (read_machine(needs->layout, again, states, &tried, err) < 0)
		return -1;
	if (!tried)
		return 0;
	for (size_t i = 0; toolchain_parts[i].name; i++) {
		const struct toolchain_part *part = &toolchain_parts[i];
		bool is_vital =
			strcmp(part->name, vital[0]) == 0 || strcmp(part->name, vital[1]) == 0;

		if (states[i] == TOOLCHAIN_FINE || has_name(needs->without, part->name) ||
		    !toolchain_is_used(part, needs->version) || is_told(settings, part->name) ||
		    /* Servers have no use for it, and it brings half a desktop. */
		    strcmp(part->name, "tk") == 0)
			continue;
		add(&ret->all, part);
		add(is_vital ? &ret->vital : &ret->others, part);
	}
	return 0;
}

/* "libssl-dev", or what people call it. */
static const char *
package_of(const struct toolchain_part *part, enum package_manager manager)
{
	const char *package = manager < PACKAGE_MANAGERS ? part->packages[manager] : NULL;

	return package ? package : part->header;
}

/* "no sqlite3 (libsqlite3-dev), no lzma (liblzma-dev)". Owned by the caller (free). */
static char *
list_text(const struct lacks *lacks, const struct parts *parts)
{
	struct buf text = BUF_INIT(BUF_TEXT_MAX);

	for (size_t i = 0; i < parts->count; i++)
		buf_printf(&text, "%sno %s (%s)", i ? ", " : "", parts->items[i]->without,
			   package_of(parts->items[i], lacks->packages));
	return buf_take(&text);
}

static int
refuse(const struct build_needs *needs, const struct lacks *lacks, struct err *err)
{
	const struct toolchain_part *first = lacks->vital.items[0];
	cleanup_free char *fix = toolchain_fix(lacks->packages, lacks->all.items, lacks->all.count);
	cleanup_free char *others = list_text(lacks, &lacks->others);

	(void)err_set(err, ERR_FAILED, "it would have no %s: %s is not installed", first->without,
		      package_of(first, lacks->packages));
	for (size_t i = 1; i < lacks->vital.count; i++)
		(void)err_detail(err, "also", "no %s (%s)", lacks->vital.items[i]->without,
				 package_of(lacks->vital.items[i], lacks->packages));
	if (lacks->others.count)
		(void)err_detail(err, "also", "%s", others);
	if (fix && needs->install)
		return err_detail(err, "to fix", "%s", fix);
	if (fix)
		return err_detail(err, "to fix", "%s, or --install-deps, or --without %s", fix,
				  first->name);
	return err_detail(err, "to fix",
			  "the development files of %s, or --without %s to do without", first->name,
			  first->name);
}

static int
run_package_manager(const struct build_needs *needs, const char *command, struct err *err)
{
	cleanup_strvec struct strvec argv = { 0 };
	struct proc_spec spec = PROC_SPEC_INIT;
	struct str rest = str_from(command);
	struct str word;
	int status = 0;

	if (!needs->assume_yes && !isatty(STDIN_FILENO)) {
		(void)err_set(err, ERR_USAGE, "--install-deps would ask, and nobody answers");
		return err_detail(err, "to fix", "--yes, or: %s", command);
	}
	while (str_word(&rest, &word)) {
		strvec_add_str(&argv, word);
		if (!needs->assume_yes)
			continue;
		/* pacman and zypper have words of their own for it; apk and brew never ask. */
		if (str_eq_text(word, "apt") || str_eq_text(word, "dnf") ||
		    str_eq_text(word, "yum") || str_eq_text(word, "pkg"))
			strvec_add(&argv, "-y");
		else if (str_eq_text(word, "pacman"))
			strvec_add(&argv, "--noconfirm");
		else if (str_eq_text(word, "zypper"))
			strvec_add(&argv, "--non-interactive");
	}
	event_phase(needs->events, needs->subject, "install packages", command);
	spec.argv = argv.items;
	spec.stdin_fd = STDIN_FILENO;
	if (proc_run_foreground(&spec, &status, err) < 0)
		return err_wrap(err, "cannot install what it needs");
	if (status == 0)
		return 0;
	(void)err_set(err, ERR_FAILED, "%s failed (status %d)", command, status);
	return err_detail(err, "to fix", "the same by hand, then again without --install-deps");
}

static int
install_packages(const struct build_needs *needs, const struct build_settings *settings,
		 struct lacks *lacks, struct err *err)
{
	cleanup_free char *command =
		toolchain_fix(lacks->packages, lacks->all.items, lacks->all.count);

	if (!command) {
		(void)err_set(err, ERR_FAILED,
			      "--install-deps does not know this system's packages");
		return err_detail(err, "to fix", "install them yourself");
	}
	if (run_package_manager(needs, command, err) < 0)
		return -1;
	return find_lacks(needs, settings, true, lacks, err);
}

static void
warn(const struct build_needs *needs, const struct lacks *lacks)
{
	cleanup_free char *others = list_text(lacks, &lacks->others);

	if (lacks->others.count)
		event_warning(needs->events, needs->subject, "it will have %s", others);
}

int
build_check_needs(const struct build_needs *needs, const struct build_settings *settings,
		  struct err *err)
{
	struct lacks lacks;

	if (check_without(needs->without, err) < 0 ||
	    find_lacks(needs, settings, false, &lacks, err) < 0)
		return -1;
	if (needs->install && lacks.all.count && install_packages(needs, settings, &lacks, err) < 0)
		return -1;
	if (lacks.vital.count)
		return refuse(needs, &lacks, err);
	warn(needs, &lacks);
	return 0;
}
