/* SPDX-License-Identifier: MIT */
/* Tiny programs, compiled and linked, tell what a build would find. */
#include <config.h>

#include "core/toolchain.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "os/platform.h"
#include "os/proc.h"

#define SOURCE "try.c"
/* Seconds for one program of five lines: a compiler on a slow network disk. */
#define TIMEOUT_S 60
/* What pkg-config says of one library. */
#define FLAGS_MAX ((size_t)4096)
/* PATH of a process that has none. */
#define PATH_FALLBACK "/usr/bin:/bin"

/* The words of a variable's value: no quotes, as make takes them. */
static void
add_words(struct strvec *ret, const char *text)
{
	struct str rest = str_from(text);
	struct str word;

	while (str_word(&rest, &word))
		strvec_add_str(ret, word);
}

static void
add_variable(struct strvec *ret, const char *name)
{
	const char *value = getenv(name);

	if (value)
		add_words(ret, value);
}

/* Shows each line, and keeps the first that is an error: what follows from it. */
struct listener {
	const struct toolchain *toolchain;
	char *said;
};

static void
hear(void *ctx, const char *line)
{
	struct listener *listener = ctx;

	event_line(listener->toolchain->events, NULL, line);
	if (!listener->said || (strstr(line, "error") && !strstr(listener->said, "error"))) {
		free(listener->said);
		listener->said = mem_strdup(line);
	}
}

/* Run the compiler on the source with FLAGS behind it. */
static int
compile(const struct toolchain *t, bool link, const struct strvec *flags, char **ret_said,
	bool *ret_worked, struct err *err)
{
	struct listener listener = { .toolchain = t };
	cleanup_strvec struct strvec argv = { 0 };
	struct proc_spec spec = PROC_SPEC_INIT;
	int status = 0;
	int result;

	strvec_add_all(&argv, t->words.items);
	strvec_add_all(&argv, t->cppflags.items);
	strvec_add_all(&argv, t->cflags.items);
	if (!link)
		strvec_add(&argv, "-c");
	strvec_add(&argv, SOURCE);
	strvec_add(&argv, "-o");
	strvec_add(&argv, link ? "try" : "try.o");
	if (link)
		strvec_add_all(&argv, t->ldflags.items);
	if (flags)
		strvec_add_all(&argv, flags->items);
	spec.argv = argv.items;
	spec.cwd = t->folder;
	spec.timeout_s = TIMEOUT_S;
	spec.on_line = hear;
	spec.ctx = &listener;
	result = proc_run(&spec, &status, err);
	*ret_worked = result == 0 && status == 0;
	if (ret_said)
		*ret_said = steal_ptr(&listener.said);
	free(listener.said);
	return result;
}

/* Headers of libraries lean on these two. */
static int
write_source(const struct toolchain *t, const char *header, const char *call, struct err *err)
{
	cleanup_dirfd struct dir folder = DIR_INIT;
	cleanup_free char *text =
		mem_printf("#include <stdio.h>\n#include <stdlib.h>\n%s%s%s"
			   "int main(void)\n{\n%s%s%s\treturn 0;\n}\n",
			   header ? "#include <" : "", header ? header : "", header ? ">\n" : "",
			   call ? "\t(void)" : "", call ? call : "", call ? ";\n" : "");

	if (fs_open_dir(t->folder, &folder, err) < 0)
		return -1;
	return fs_replace_file(&folder, SOURCE, str_from(text), 0600, err);
}

static int
find_compiler(const char *skip, struct toolchain *t, struct err *err)
{
	const char *path = getenv("PATH");
	cleanup_strvec struct strvec left_out = { 0 };

	strvec_add(&left_out, skip);
	add_variable(&t->words, "CC");
	if (t->words.count == 0)
		strvec_add(&t->words, "cc");
	t->compiler =
		strchr(t->words.items[0], '/')
			? mem_strdup(t->words.items[0])
			: proc_find(t->words.items[0], path ? path : PATH_FALLBACK, &left_out);
	t->pkg_config = proc_find("pkg-config", path ? path : PATH_FALLBACK, &left_out);
	if (!t->compiler)
		return err_set(err, ERR_FAILED, "there is no C compiler: no %s on PATH",
			       t->words.items[0]);
	free(t->words.items[0]);
	t->words.items[0] = mem_strdup(t->compiler);
	return 0;
}

static int
make_folder(struct toolchain *t, struct err *err)
{
	const char *above = getenv("TMPDIR");
	cleanup_free char *path =
		path_join(above && above[0] == '/' ? above : "/tmp", "pyvern-try-XXXXXX", NULL);

	if (!mkdtemp(path))
		return err_sys(err, "cannot make the folder %s", path);
	t->folder = steal_ptr(&path);
	return 0;
}

int
toolchain_open(const char *skip, const struct events *events, struct toolchain *ret,
	       struct err *err)
{
	cleanup_free char *said = NULL;
	bool worked;

	*ret = (struct toolchain){ .events = events };
	add_variable(&ret->cppflags, "CPPFLAGS");
	add_variable(&ret->cflags, "CFLAGS");
	add_variable(&ret->ldflags, "LDFLAGS");
	if (find_compiler(skip, ret, err) < 0 || make_folder(ret, err) < 0 ||
	    write_source(ret, NULL, NULL, err) < 0 ||
	    compile(ret, true, NULL, &said, &worked, err) < 0)
		return -1;
	if (worked)
		return 0;
	err_set(err, ERR_FAILED, "%s cannot make a program", ret->compiler);
	return said ? err_detail(err, "because", "%s", said) : -1;
}

/* What threads take parts from. */
struct trying {
	const struct toolchain *toolchain;
	enum toolchain_state *states;
	pthread_mutex_t lock; /* for these */
	size_t next;
	struct err error;
};

/* One part, in a folder of its own: the programs have the same names. */
static int
try_apart(const struct toolchain *t, size_t i, enum toolchain_state *ret_state, struct err *err)
{
	cleanup_free char *folder = mem_printf("%s/%zu", t->folder, i);
	struct toolchain own = *t;

	if (mkdir(folder, 0700) < 0)
		return err_sys(err, "cannot make the folder %s", folder);
	own.folder = folder;
	return toolchain_try(&own, &toolchain_parts[i], ret_state, err);
}

static void *
try_parts(void *ctx)
{
	struct trying *trying = ctx;

	for (;;) {
		struct err err = { 0 };
		bool is_end;
		size_t i;

		(void)pthread_mutex_lock(&trying->lock);
		i = trying->next;
		/* The row without a name is the last one that may be looked at. */
		is_end = trying->error.code != ERR_NONE || !toolchain_parts[i].name;
		trying->next += !is_end;
		(void)pthread_mutex_unlock(&trying->lock);
		if (is_end)
			return NULL;
		if (try_apart(trying->toolchain, i, &trying->states[i], &err) == 0)
			continue;
		(void)pthread_mutex_lock(&trying->lock);
		if (trying->error.code == ERR_NONE)
			trying->error = err;
		else
			err_reset(&err);
		(void)pthread_mutex_unlock(&trying->lock);
	}
}

int
toolchain_try_all(const struct toolchain *t, enum toolchain_state ret_states[TOOLCHAIN_PARTS_MAX],
		  struct err *err)
{
	struct trying trying = { .toolchain = t, .states = ret_states };
	pthread_t threads[TOOLCHAIN_PARTS_MAX];
	unsigned count = 0;

	(void)pthread_mutex_init(&trying.lock, NULL);
	/* This thread is one of them. */
	while (count + 1 < platform_cpus() && count < TOOLCHAIN_PARTS_MAX &&
	       pthread_create(&threads[count], NULL, try_parts, &trying) == 0)
		count++;
	(void)try_parts(&trying);
	for (unsigned i = 0; i < count; i++)
		(void)pthread_join(threads[i], NULL);
	(void)pthread_mutex_destroy(&trying.lock);
	if (trying.error.code == ERR_NONE)
		return 0;
	*err = trying.error;
	return -1;
}

void
toolchain_close(struct toolchain *t)
{
	cleanup_dirfd struct dir above = DIR_INIT;
	cleanup_err struct err ignored = { 0 };
	cleanup_free char *parent = NULL;

	if (t->folder) {
		struct str dir = path_dir(t->folder);

		parent = mem_strndup(dir.p, dir.n);
		/* What cannot be removed is the system's to clear: it is in its /tmp. */
		if (fs_open_dir(parent, &above, &ignored) == 0)
			(void)!fs_remove_tree(&above, path_base(t->folder).p, &ignored);
	}
	free(t->folder);
	free(t->compiler);
	free(t->pkg_config);
	strvec_reset(&t->words);
	strvec_reset(&t->cppflags);
	strvec_reset(&t->cflags);
	strvec_reset(&t->ldflags);
	*t = (struct toolchain){ 0 };
}

/* The flags that pkg-config knows for PART; none when it does not know it. */
static void
ask_pkg_config(const struct toolchain *t, const struct toolchain_part *part, struct strvec *ret)
{
	char *argv[] = { t->pkg_config, "--cflags", "--libs", (char *)part->package, NULL };
	cleanup_buf struct buf flags = BUF_INIT(FLAGS_MAX);
	cleanup_err struct err ignored = { 0 };
	struct proc_spec spec = PROC_SPEC_INIT;
	int status;

	spec.argv = argv;
	spec.timeout_s = TIMEOUT_S;
	if (t->pkg_config && part->package && proc_capture(&spec, &flags, &status, &ignored) == 0 &&
	    status == 0)
		add_words(ret, buf_text(&flags));
}

/* A flag of the user's that no header gets along with (-DA) does not make it missing. */
static int
try_without_flags(const struct toolchain *t, const struct strvec *libraries, bool *ret_worked,
		  struct err *err)
{
	struct toolchain bare = *t;

	if (t->cppflags.count + t->cflags.count + t->ldflags.count == 0)
		return 0;
	bare.cppflags = bare.cflags = bare.ldflags = (struct strvec){ 0 };
	return compile(&bare, true, libraries, NULL, ret_worked, err);
}

int
toolchain_try(const struct toolchain *t, const struct toolchain_part *part,
	      enum toolchain_state *ret_state, struct err *err)
{
	cleanup_strvec struct strvec plain = { 0 };
	cleanup_strvec struct strvec known = { 0 };
	bool worked;

	add_words(&plain, part->flags);
	if (write_source(t, part->header, part->call, err) < 0 ||
	    compile(t, true, &plain, NULL, &worked, err) < 0)
		return -1;
	*ret_state = TOOLCHAIN_FINE;
	if (worked)
		return 0;
	ask_pkg_config(t, part, &known);
	if (known.count && compile(t, true, &known, NULL, &worked, err) < 0)
		return -1;
	if (!worked && try_without_flags(t, &plain, &worked, err) < 0)
		return -1;
	if (worked)
		return 0;
	/* The header alone: its library may be what is missing. */
	if (write_source(t, part->header, NULL, err) < 0 ||
	    compile(t, false, &known, NULL, &worked, err) < 0)
		return -1;
	*ret_state = worked ? TOOLCHAIN_NO_LIBRARY : TOOLCHAIN_NO_HEADER;
	return 0;
}
