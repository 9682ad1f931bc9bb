/* SPDX-License-Identifier: MIT */
/* Packages of a definition: their steps. */
#include <config.h>

#include "supply/install_package.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/words.h"
#include "os/fd.h"
#include "supply/installer.h"

/* Where CPython's source has the helper for gdb. */
#define GDB_HELPER "Tools/gdb/libpython.py"

bool
package_is_cpython(const struct definition_package *package)
{
	return str_starts(str_from(package->name), STR_LIT("Python-")) ||
	       str_starts(str_from(package->name), STR_LIT("stackless-"));
}

bool
package_is_built(const struct definition_package *package)
{
	for (size_t i = 0; i < package->work_count; i++)
		if (package->works[i].step == STEP_STANDARD ||
		    package->works[i].step == STEP_STANDARD_BUILD)
			return true;
	return false;
}

/* The value of <PACKAGE>_NAME; NULL when it is not set, or empty. */
static const char *
own_variable(const struct package_work *p, const char *name)
{
	cleanup_free char *variable = mem_printf("%s_%s", p->package->variable, name);
	const char *value = env_get(&p->package->vars, variable);

	return value && *value ? value : NULL;
}

/* What a build of CPython is done with is settled (supply/build). */
static int
check_cpython(const struct package_work *p, struct err *err)
{
	static const char *const names[] = { "CONFIGURE", "PREFIX_PATH", "MAKE_INSTALL_TARGET" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (own_variable(p, names[i]))
			return err_set(err, ERR_FAILED,
				       "%s_%s is not for %s, which is built one way only",
				       p->package->variable, names[i], p->package->name);
	return 0;
}

/* LIST with the texts of FRONT before its own. */
static void
put_in_front(const struct strvec *front, struct strvec *list)
{
	struct strvec all = { 0 };

	strvec_add_all(&all, front->items);
	strvec_add_all(&all, list->items);
	strvec_reset(list);
	*list = all;
}

static int
read_settings(struct package_work *p, struct err *err)
{
	struct build_settings *s = &p->settings;
	const struct definition_package *package = p->package;
	const struct install_options *options = p->w->options;
	const struct version *version = package_is_cpython(package) ? &p->w->version : NULL;

	build_settings_reset(s);
	if (build_settings_for(options->layout, &package->vars, package->variable, &options->build,
			       version, s, err) < 0)
		return -1;
	put_in_front(&package->configure, &s->configure_words);
	put_in_front(&package->make, &s->make_words);
	strvec_add_all(&s->install_words, package->install.items);
	return 0;
}

int
package_prepare(struct package_work *p, struct err *err)
{
	if (read_settings(p, err) < 0)
		return -1;
	if (!package_is_built(p->package))
		return 0;
	if (package_is_cpython(p->package) && check_cpython(p, err) < 0)
		return -1;
	if (p->w->options->build.strip && package_is_cpython(p->package) &&
	    build_find_strip(&p->settings, err) < 0)
		return -1;
	return build_preflight(&p->settings, p->w->stage.final_path, err);
}

static void
take_line(void *ctx, const char *line)
{
	const struct package_work *p = ctx;

	build_log_line(p->log, line);
	event_line(p->w->options->events, p->w->name, line);
}

int
package_run(struct package_work *p, const char *phase, const struct strvec *argv, struct err *err)
{
	struct proc_spec proc = PROC_SPEC_INIT;
	int status = 0;

	event_phase(p->w->options->events, p->w->name, phase, p->package->name);
	build_log_phase(p->log, phase, argv->items);
	proc.argv = argv->items;
	proc.env = &p->settings.env;
	proc.cwd = p->source.path;
	proc.on_line = take_line;
	proc.ctx = p;
	if (proc_run(&proc, &status, err) < 0)
		return -1;
	if (status == 0)
		return 0;
	(void)err_set(err, ERR_FAILED, "%s of %s failed with status %d", phase, p->package->name,
		      status);
	return build_log_explain(p->log, phase, err);
}

/* NAME=FLAG in front of what NAME has. */
static void
add_flag(struct env *env, const char *name, const char *separator, const char *flag)
{
	const char *given = env_get(env, name);
	cleanup_free char *value =
		mem_printf("%s%s%s", flag, given && *given ? separator : "", given ? given : "");

	env_set(env, name, value);
}

/* Earlier packages are found where they are now; the stage's path is replaced later. */
static void
show_earlier(struct package_work *p)
{
	struct env *env = &p->settings.env;
	cleanup_free char *include = mem_printf("-I%s/include", p->staged);
	cleanup_free char *lib = mem_printf("-L%s/lib", p->staged);
	cleanup_free char *libraries = path_join(p->staged, "lib", NULL);
	cleanup_free char *programs = path_join(p->staged, "bin", NULL);
	cleanup_free char *pc = path_join(p->staged, "lib/pkgconfig", NULL);
	cleanup_free char *rpath = mem_printf("-Wl,-rpath,%s/lib", p->w->stage.final_path);

	add_flag(env, "CPPFLAGS", " ", include);
	add_flag(env, "LDFLAGS", " ", rpath);
	add_flag(env, "LDFLAGS", " ", lib);
	add_flag(env, "PKG_CONFIG_PATH", ":", pc);
	add_flag(env, "LD_LIBRARY_PATH", ":", libraries);
	add_flag(env, "PATH", ":", programs);
	p->mentions_stage = true;
}

/* --with-openssl=PREFIX/openssl names an earlier package, which is not there yet. */
static void
show_words(struct package_work *p)
{
	struct strvec *words = &p->settings.configure_words;
	const char *prefix = p->w->stage.final_path;

	for (size_t i = 0; i < words->count; i++) {
		char *value = strchr(words->items[i], '=');

		if (!value || !path_is_below(value + 1, prefix))
			continue;
		value = mem_printf("%.*s%s%s", (int)(value + 1 - words->items[i]), words->items[i],
				   p->dest, value + 1);
		free(words->items[i]);
		words->items[i] = value;
	}
}

static int
build_cpython(struct package_work *p, struct err *err)
{
	cleanup_free char *masks = NULL;
	struct build_spec spec = { .settings = &p->settings,
				   .version = &p->w->version,
				   .subject = p->w->name,
				   .source = &p->source,
				   .dest = p->dest,
				   .prefix = p->w->stage.final_path,
				   .layout = p->w->options->layout,
				   .log = p->log,
				   .events = p->w->options->events };

	/* Where an earlier package stands is in the answers, and another place every time. */
	if (*p->package->sha256 && !p->has_earlier)
		spec.digest = p->package->sha256;
	if (install_mask_compilers(p->w, &p->settings, &masks, err) < 0)
		return -1;
	spec.masks = masks;
	return build_run(&spec, &p->report, err);
}

/* Where it is to be: below the prefix of all. */
static int
own_prefix(const struct package_work *p, const char **ret, struct err *err)
{
	const char *given = own_variable(p, "PREFIX_PATH");

	*ret = given ? given : p->w->stage.final_path;
	if (path_is_below(*ret, p->w->stage.final_path))
		return 0;
	return err_set(err, ERR_PROTECTED, "%s_PREFIX_PATH is %s, which is not in %s",
		       p->package->variable, given, p->w->stage.final_path);
}

static int
configure_and_make(struct package_work *p, struct err *err)
{
	const char *configure = own_variable(p, "CONFIGURE");
	cleanup_strvec struct strvec argv = { 0 };
	cleanup_strvec struct strvec make = { 0 };
	const char *prefix;

	if (own_prefix(p, &prefix, err) < 0 ||
	    words_split(configure ? configure : "./configure", "CONFIGURE", &argv, err) < 0)
		return -1;
	strvec_printf(&argv, "--prefix=%s", prefix);
	strvec_printf(&argv, "--libdir=%s/lib", prefix);
	strvec_add_all(&argv, p->settings.configure_words.items);
	strvec_add(&make, p->settings.make);
	strvec_add_all(&make, p->settings.make_words.items);
	return package_run(p, "configure", &argv, err) < 0 ? -1
							   : package_run(p, "make", &make, err);
}

static int
make_install(struct package_work *p, struct err *err)
{
	const char *target = own_variable(p, "MAKE_INSTALL_TARGET");
	cleanup_strvec struct strvec argv = { 0 };
	const char *prefix;
	cleanup_free char *place = NULL;

	if (own_prefix(p, &prefix, err) < 0)
		return -1;
	strvec_add(&argv, p->settings.make);
	strvec_add(&argv, target ? target : "install");
	strvec_printf(&argv, "DESTDIR=%s", p->dest);
	strvec_add_all(&argv, p->settings.install_words.items);
	if (package_run(p, "make install", &argv, err) < 0)
		return -1;
	place = mem_printf("%s%s", p->dest, prefix);
	if (access(place, F_OK) == 0)
		return 0;
	return err_set(err, ERR_FAILED, "make install of %s does not go by DESTDIR",
		       p->package->name);
}

static int
standard(struct package_work *p, enum definition_step step, struct err *err)
{
	p->is_built = true;
	if (p->has_earlier) {
		show_earlier(p);
		show_words(p);
	}
	if (package_is_cpython(p->package))
		/* Its install is a part of its build. */
		return step == STEP_STANDARD_INSTALL ? 0 : build_cpython(p, err);
	if (step != STEP_STANDARD_INSTALL && configure_and_make(p, err) < 0)
		return -1;
	return step == STEP_STANDARD_BUILD ? 0 : make_install(p, err);
}

static int
open_staged(const struct package_work *p, const char *sub, struct dir *ret, struct err *err)
{
	cleanup_free char *path = path_join(p->staged, sub, NULL);

	return fs_make_dirs(path, 0755, ret, err);
}

/* All that was unpacked is what is installed. */
static int
copy(struct package_work *p, struct err *err)
{
	cleanup_dirfd struct dir staged = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (open_staged(p, "", &staged, err) < 0 || fs_list(&p->source, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (fs_rename_new(&p->source, names.items[i], &staged, names.items[i], err) < 0)
			return -1;
	return 0;
}

static int
link_program(struct package_work *p, const char *program, struct err *err)
{
	cleanup_dirfd struct dir bin = DIR_INIT;

	if (open_staged(p, "bin", &bin, err) < 0)
		return -1;
	return fs_write_link(&bin, "python", program, err);
}

/* The program is bin/pypy…, and its library may lie beside it. */
static int
pypy(struct package_work *p, struct err *err)
{
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_dirfd struct dir lib = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	struct stat st;

	if (copy(p, err) < 0 || open_staged(p, "bin", &bin, err) < 0 ||
	    open_staged(p, "lib", &lib, err) < 0 || fs_list(&bin, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];
		cleanup_free char *target = mem_printf("../bin/%s", name);

		if (fstatat(bin.fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
			continue;
		if (str_starts(str_from(name), STR_LIT("libpypy")) &&
		    fs_write_link(&lib, name, target, err) < 0)
			return -1;
		if (str_starts(str_from(name), STR_LIT("pypy")) &&
		    fs_is_executable_at(&bin, name) && link_program(p, name, err) < 0)
			return -1;
	}
	return 0;
}

/* Such a script replaces what is there, and its prefix is replaced by itself. */
static int
conda(struct package_work *p, struct err *err)
{
	struct install_work *w = p->w;
	cleanup_prefix_report struct prefix_report report = { 0 };
	struct installer_spec spec = { .script = &w->archive,
				       .work = &w->stage.work,
				       .final_path = w->stage.final_path,
				       .env = &p->settings.env,
				       .subject = w->name,
				       .log = p->log,
				       .events = w->options->events };

	if (p->has_earlier)
		return err_set(err, ERR_FAILED, "its installer wants an empty folder, and %s",
			       "other packages come before it");
	return installer_run(&spec, &p->tree, &report, err);
}

static int
autoconf(struct package_work *p, struct err *err)
{
	cleanup_strvec struct strvec argv = { 0 };

	strvec_add(&argv, "autoreconf");
	return package_run(p, "autoconf", &argv, err);
}

static int
copy_gdb_helper(struct package_work *p, struct err *err)
{
	const struct version *v = &p->w->version;
	cleanup_free char *name = mem_printf("python%u.%u-gdb.py", v->language[0], v->language[1]);
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_fd int from = openat(p->source.fd, GDB_HELPER, O_RDONLY | O_CLOEXEC);
	cleanup_fd int to = -1;

	/* Older ones have none. */
	if (from < 0 && errno == ENOENT)
		return 0;
	if (from < 0)
		return err_sys(err, "cannot read %s/" GDB_HELPER, p->source.path);
	if (open_staged(p, "bin", &bin, err) < 0)
		return -1;
	to = openat(bin.fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (to < 0 || fd_copy(from, to) < 0 || close(steal_fd(&to)) < 0)
		return err_sys(err, "cannot write %s/%s", bin.path, name);
	return 0;
}

/* A function of the definition's own, in the source; what it sets counts from then on. */
static int
run_own(struct package_work *p, const char *function, struct err *err)
{
	cleanup_free char *log = path_join(p->log->dir.path, p->log->name, NULL);
	cleanup_dirfd struct dir staged = DIR_INIT;
	char *argv[] = { (char *)function, p->package->name, NULL };
	cleanup_build_settings struct build_settings before = p->settings;
	int result;

	p->settings = (struct build_settings){ 0 };
	event_phase(p->w->options->events, p->w->name, function, p->package->name);
	build_log_phase(p->log, function, argv);
	if (open_staged(p, "", &staged, err) < 0 ||
	    definition_run(p->definition, p->package, function, p->source.path, p->staged, log,
			   err) < 0)
		return -1;
	p->mentions_stage = true;
	result = read_settings(p, err);
	p->settings.compiler = steal_ptr(&before.compiler);
	p->settings.compiler_version = steal_ptr(&before.compiler_version);
	p->settings.make = steal_ptr(&before.make);
	p->settings.patch = steal_ptr(&before.patch);
	p->settings.strip = steal_ptr(&before.strip);
	return result;
}

static int
do_own_step(struct package_work *p, const char *word, struct err *err)
{
	cleanup_free char *function = mem_printf("build_package_%s", word);

	return run_own(p, function, err);
}

static int
do_step(struct package_work *p, const struct definition_work *work, struct err *err)
{
	const struct events *events = p->w->options->events;

	switch (work->step) {
	case STEP_OWN:
		return do_own_step(p, work->word, err);
	case STEP_STANDARD:
	case STEP_STANDARD_BUILD:
	case STEP_STANDARD_INSTALL:
		return standard(p, work->step, err);
	case STEP_COPY:
		return copy(p, err);
	case STEP_PYPY:
		return pypy(p, err);
	case STEP_GRAALPYTHON:
		return copy(p, err) < 0 ? -1 : link_program(p, "graalpython", err);
	case STEP_CONDA:
		return conda(p, err);
	case STEP_AUTOCONF:
		return autoconf(p, err);
	case STEP_ENABLE_SHARED:
		strvec_add(&p->settings.configure_words, "--enable-shared");
		return 0;
	case STEP_COPY_PYTHON_GDB:
		return copy_gdb_helper(p, err);
	case STEP_WARN_EOL:
		event_warning(events, p->w->name, "%s gets no fixes any more", p->package->name);
		return 0;
	case STEP_WARN_UNSUPPORTED:
		event_warning(events, p->w->name, "%s is not supported by its makers",
			      p->package->name);
		return 0;
	case STEP_PIP:
	case STEP_VERIFY:
	case STEP_NOTHING:
		break;
	}
	return 0;
}

int
package_make(struct package_work *p, struct err *err)
{
	if (package_get(p, err) < 0)
		return -1;
	event_phase(p->w->options->events, p->w->name, "package", p->package->name);
	if (p->package->before && run_own(p, "before_install_package", err) < 0)
		return -1;
	for (size_t i = 0; i < p->package->work_count; i++)
		if (do_step(p, &p->package->works[i], err) < 0)
			return -1;
	return p->package->after ? run_own(p, "after_install_package", err) : 0;
}

void
package_reset(struct package_work *p)
{
	build_settings_reset(&p->settings);
	dir_reset(&p->source);
	build_report_reset(&p->report);
	free(p->patch);
	free(p->tree);
	fetched_reset(&p->own_file);
}
