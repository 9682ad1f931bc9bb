/* SPDX-License-Identifier: MIT */
/* Signatures with OpenPGP: gpgv or sqv verifies them, with keys that are ours. */
#include <config.h>

#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "core/store.h"
#include "os/proc.h"
#include "supply/signature_internal.h"

/* What they may take: a large archive is hashed in some seconds. */
#define TIMEOUT_S 300
#define ANSWER_MAX ((size_t)64 * 1024)
#define KEYS_FILE "keys.gpg"
#define SIGNATURE_FILE "signature.asc"

/* One verification. */
struct verifying {
	const struct signature_spec *spec;
	struct buf table_text;
	struct openpgp_table table;
	struct str series;
	struct buf keys; /* binary: ours of the series, and the user's */
	struct store store;
	struct stage stage;
	char *keys_path;
	char *signature_path;
};

static void
verifying_reset(struct verifying *v)
{
	buf_reset(&v->table_text);
	openpgp_table_reset(&v->table);
	buf_reset(&v->keys);
	free(v->keys_path);
	free(v->signature_path);
	stage_reset(&v->stage);
	store_reset(&v->store);
}

static const char *
user_keys(const struct signature_spec *spec)
{
	const char *path = config_get(spec->config, "openpgp_keys", NULL);

	return path && *path ? path : NULL;
}

static int
read_user_keys(const struct signature_spec *spec, struct buf *ret, struct err *err)
{
	const char *path = user_keys(spec);
	cleanup_buf struct buf text = BUF_INIT(OPENPGP_KEYS_MAX);

	if (!path)
		return 0;
	if (*path != '/')
		return err_set(err, ERR_USAGE, "the setting openpgp_keys is no absolute path: %s",
			       path);
	if (signature_read_file(path, &text, err) < 0)
		return err_wrap(err, "the setting openpgp_keys");
	return openpgp_keys_decode(buf_str(&text), path, ret, err);
}

/* The keys that may have signed the version, as many as are here. */
static int
read_keys(struct verifying *v, struct err *err)
{
	const struct openpgp_key *key;

	v->series = signature_series(v->spec->artifact->version);
	v->keys = (struct buf)BUF_INIT(OPENPGP_KEYS_MAX * 2);
	v->table_text = (struct buf)BUF_INIT(OPENPGP_KEYS_MAX);
	if (signature_table(v->spec->layout, "openpgp.tsv", "# pyvern openpgp 1", &v->table_text,
			    err) < 0 ||
	    openpgp_table_parse(buf_str(&v->table_text), "openpgp.tsv", &v->table, err) < 0)
		return -1;
	for (size_t i = 0; (key = openpgp_table_find(&v->table, v->series, i)); i++)
		buf_add(&v->keys, key->block.p, key->block.n);
	return read_user_keys(v->spec, &v->keys, err);
}

/* The first of the verifiers that is installed. Owned by the caller (free). */
static char *
find_verifier(bool *ret_is_gpgv)
{
	char *path = proc_find("gpgv", getenv("PATH"), NULL);

	*ret_is_gpgv = path != NULL;
	return path ? path : proc_find("sqv", getenv("PATH"), NULL);
}

/* Whose key is missing: "Pablo Galindo Salgado, A035…". Owned by the caller (free). */
static char *
wanted_key(const struct verifying *v)
{
	const struct openpgp_key *key = openpgp_table_find(&v->table, v->series, 0);

	return mem_printf("%s, %s", key ? key->name : "nobody", key ? key->fingerprint : "");
}

bool
signature_openpgp_can(const struct signature_spec *spec, char **ret_why)
{
	cleanup_with(verifying_reset) struct verifying v = { .spec = spec,
							     .store = STORE_INIT,
							     .stage = STAGE_INIT };
	cleanup_err struct err err = { 0 };
	bool is_gpgv;
	cleanup_free char *verifier = find_verifier(&is_gpgv);

	if (!verifier)
		*ret_why = mem_strdup("for OpenPGP gpgv or sqv would be needed");
	else if (read_keys(&v, &err) < 0)
		*ret_why = mem_strdup(err.message);
	else if (v.keys.len == 0) {
		cleanup_free char *key = wanted_key(&v);

		*ret_why = mem_printf("for OpenPGP a key would be needed (%s; the setting "
				      "openpgp_keys)",
				      key);
	}
	return !*ret_why;
}

/* Both files are where only we can write. */
static int
write_inputs(struct verifying *v, struct str signature, struct err *err)
{
	const struct dir *work = &v->stage.work;

	if (store_open_writable(v->spec->layout, "verify a signature", &v->store, err) < 0 ||
	    store_begin_scratch(&v->store, &v->stage, err) < 0 ||
	    fs_create_file(work, KEYS_FILE, buf_str(&v->keys), 0600, err) < 0 ||
	    fs_create_file(work, SIGNATURE_FILE, signature, 0600, err) < 0)
		return -1;
	v->keys_path = path_join(work->path, KEYS_FILE, NULL);
	v->signature_path = path_join(work->path, SIGNATURE_FILE, NULL);
	return 0;
}

/* The archive goes to its standard input, through the descriptor that was digested. */
static int
run(const struct verifying *v, char *const *argv, struct buf *ret_answer, int *ret_status,
    struct err *err)
{
	struct proc_spec spec = PROC_SPEC_INIT;
	cleanup_env struct env env = { 0 };
	int status = -1;

	env_copy(&env);
	env_set(&env, "LC_ALL", "C");
	/* Nothing of the user's own keys and options. */
	env_set(&env, "GNUPGHOME", v->stage.work.path);
	spec.argv = argv;
	spec.env = &env;
	spec.stdin_fd = v->spec->file->fd;
	spec.timeout_s = TIMEOUT_S;
	spec.alone = true;
	spec.writes_fd = v->stage.work.fd;
	if (lseek(spec.stdin_fd, 0, SEEK_SET) < 0)
		return err_sys(err, "cannot read %s", v->spec->file->path);
	status = proc_capture(&spec, ret_answer, ret_status, err);
	if (lseek(spec.stdin_fd, 0, SEEK_SET) < 0)
		return err_sys(err, "cannot read %s", v->spec->file->path);
	return status;
}

static int
run_gpgv(const struct verifying *v, const char *program, struct openpgp_verdict *ret,
	 struct err *err)
{
	cleanup_buf struct buf answer = BUF_INIT(ANSWER_MAX);
	char *argv[] = { (char *)program, "--homedir", v->stage.work.path, "--keyring",
			 v->keys_path,
			 /* A clock that is wrong makes no signature a bad one. */
			 "--ignore-time-conflict", "--status-fd", "1", v->signature_path, "-",
			 NULL };
	int status = -1;

	if (run(v, argv, &answer, &status, err) < 0)
		return -1;
	if (openpgp_status_parse(buf_str(&answer), ret, err) < 0)
		return -1;
	if (status != 0)
		return err_set(err, ERR_CHECK, "gpgv ends with status %d", status);
	return 0;
}

/* It prints the fingerprint of whom it believes, and judges times and digests itself. */
static int
run_sqv(const struct verifying *v, const char *program, struct openpgp_verdict *ret,
	struct err *err)
{
	cleanup_buf struct buf answer = BUF_INIT(ANSWER_MAX);
	char *argv[] = { (char *)program,   "--keyring",  v->keys_path,
			 v->signature_path, "/dev/stdin", NULL };
	struct str rest;
	struct str line = { 0 };
	int status = -1;

	if (run(v, argv, &answer, &status, err) < 0)
		return -1;
	rest = buf_str(&answer);
	if (status != 0 || !str_line(&rest, &line) || rest.n != 0 ||
	    line.n > OPENPGP_FINGERPRINT_MAX)
		return err_set(err, ERR_CHECK, "sqv finds that it does not hold");
	(void)snprintf(ret->fingerprint, sizeof(ret->fingerprint), "%.*s", STR_ARG(line));
	ret->expires = INT64_MAX;
	return 0;
}

/* The key is one of those that may sign the series, and did so when it might. */
static int
judge(const struct verifying *v, const struct openpgp_verdict *verdict, struct signature *ret,
      struct err *err)
{
	const struct openpgp_key *key;
	bool has_time = verdict->time != 0;

	for (size_t i = 0; (key = openpgp_table_find(&v->table, v->series, i)); i++)
		if (strcmp(key->fingerprint, verdict->fingerprint) == 0)
			break;
	if (!key)
		return err_set(err, ERR_CHECK, "it was signed with %s, which is no key for %.*s",
			       verdict->fingerprint, STR_ARG(v->series));
	if (has_time &&
	    (!trust_window_has(&key->window, verdict->time) || verdict->time > verdict->expires)) {
		cleanup_free char *time = trust_time_text(verdict->time);

		return err_set(err, ERR_CHECK,
			       "it was signed on %s, when the key of %s was not good", time,
			       key->name);
	}
	ret->report.identity = mem_strdup(key->name);
	ret->report.time = verdict->time;
	ret->fingerprint = mem_strdup(verdict->fingerprint);
	return 0;
}

int
signature_openpgp_verify(const struct signature_spec *spec, struct signature *ret, struct err *err)
{
	cleanup_with(verifying_reset) struct verifying v = { .spec = spec,
							     .store = STORE_INIT,
							     .stage = STAGE_INIT };
	struct openpgp_verdict verdict = { 0 };
	bool is_gpgv;
	cleanup_free char *program = find_verifier(&is_gpgv);

	if (!program)
		return err_set(err, ERR_FAILED, "gpgv or sqv would be needed");
	if (ret->text.len > OPENPGP_SIGNATURE_MAX)
		return err_set(err, ERR_CHECK, "it is too large for a signature");
	if (read_keys(&v, err) < 0 || write_inputs(&v, buf_str(&ret->text), err) < 0)
		return -1;
	if ((is_gpgv ? run_gpgv(&v, program, &verdict, err) : run_sqv(&v, program, &verdict, err)) <
	    0)
		return -1;
	return judge(&v, &verdict, ret, err);
}
