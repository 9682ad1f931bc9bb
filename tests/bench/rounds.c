/* SPDX-License-Identifier: MIT */
/* Times commands against each other: in turn, many rounds, medians and ratios. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * usage: rounds ROUNDS TITLE [NAME [VAR=VALUE...] COMMAND [ARG...] ;]...
 *
 * Each round runs every command once, so that whatever else the machine does hits
 * all alike; the next round begins with the next command, so that none always runs
 * behind the same neighbour. Times are wall times of whole processes from spawn to
 * wait, their stdout and stderr at /dev/null. The first command is the reference:
 * "ratio" and "added" compare each time with the reference's of the same round, and
 * medians are taken of these. A command whose NAME begins with "*" is the peer: the
 * last column is what a command adds, as a multiple of what the peer adds.
 *
 * A command whose NAME begins with "=" does what the one before it does: the table
 * then has a row for both, and how many times the one takes what the other takes.
 */

extern char **environ;

#define COMMANDS_MAX 64
#define VARIABLES_MAX 8

struct command {
	const char *name;
	char *path;
	char **argv;
	char **env;
	double *wall_ms; /* one for each round */
};

static double
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1000 + (double)ts.tv_nsec / 1e6;
}

static int
run_once(const struct command *command, double *ret_ms)
{
	posix_spawn_file_actions_t actions;
	double start = now_ms();
	int status;
	pid_t pid;
	int failed;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	failed = posix_spawn(&pid, command->path, &actions, NULL, command->argv, command->env);
	posix_spawn_file_actions_destroy(&actions);
	if (failed || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0) {
		fprintf(stderr, "bench: %s (%s) failed: %s\n", command->name, command->path,
			failed ? strerror(failed) : "it did not end with status 0");
		return -1;
	}
	*ret_ms = now_ms() - start;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The value that PERCENT of the COUNT values are not above; sorts them. */
static double
percentile(double *values, int count, int percent)
{
	qsort(values, (size_t)count, sizeof(*values), compare);
	return values[(count - 1) * percent / 100];
}

/* As a shell finds it, once: spawning by name would try each folder each time. */
static char *
find_program(const char *name)
{
	const char *rest = getenv("PATH");

	if (strchr(name, '/'))
		return strdup(name);
	while (rest && *rest) {
		size_t n = strcspn(rest, ":");
		char *path = NULL;

		if (asprintf(&path, "%.*s/%s", (int)n, rest, name) < 0)
			return NULL;
		if (access(path, X_OK) == 0)
			return path;
		free(path);
		rest += n + (rest[n] == ':');
	}
	return NULL;
}

/* Does one of VARS set what ENTRY sets? */
static bool
is_set_by(const char *entry, char **vars, int count)
{
	for (int i = 0; i < count; i++)
		if (strncmp(entry, vars[i], strcspn(vars[i], "=") + 1) == 0)
			return true;
	return false;
}

/* The environment with VARS, each name once: of two, libc takes the first and bash
 * the last. */
static char **
environment_with(char **vars, int count)
{
	size_t n = 0;
	char **env;

	while (environ[n])
		n++;
	env = calloc(n + (size_t)count + 1, sizeof(*env));
	if (!env)
		return NULL;
	memcpy(env, vars, (size_t)count * sizeof(*env));
	n = (size_t)count;
	for (char **entry = environ; *entry; entry++)
		if (!is_set_by(*entry, vars, count))
			env[n++] = *entry;
	return env;
}

static int
parse(int argc, char **argv, int rounds, struct command *commands)
{
	int count = 0;

	for (int i = 3; i < argc; i++) {
		struct command *command = &commands[count];
		char **vars = &argv[i + 1];
		int n = 0;

		command->name = argv[i++];
		while (i < argc && strchr(argv[i], '=') && n < VARIABLES_MAX) {
			n++;
			i++;
		}
		if (count == COMMANDS_MAX || i >= argc)
			return -1;
		command->argv = &argv[i];
		command->env = environment_with(vars, n);
		command->path = find_program(argv[i]);
		command->wall_ms = calloc((size_t)rounds, sizeof(double));
		while (i < argc && strcmp(argv[i], ";") != 0)
			i++;
		if (i < argc)
			argv[i] = NULL;
		if (!command->path || !command->env || !command->wall_ms)
			return -1;
		count++;
	}
	return count;
}

static int
run_all(struct command *commands, int count, int rounds)
{
	double ignored;

	for (int i = 0; i < count; i++)
		if (run_once(&commands[i], &ignored) < 0)
			return -1;
	for (int round = 0; round < rounds; round++)
		for (int i = 0; i < count; i++) {
			struct command *command = &commands[(i + round) % count];

			if (run_once(command, &command->wall_ms[round]) < 0)
				return -1;
		}
	return 0;
}

/* Median of what COMMAND takes more than REFERENCE, or of how many times it. */
static double
against(const struct command *command, const struct command *reference, int rounds, bool ratio,
	double *scratch)
{
	for (int i = 0; i < rounds; i++)
		scratch[i] = ratio ? command->wall_ms[i] / reference->wall_ms[i]
				   : command->wall_ms[i] - reference->wall_ms[i];
	return percentile(scratch, rounds, 50);
}

static void
print_row(const struct command *command, const struct command *reference, int rounds,
	  double peer_added, double *scratch)
{
	double ratio = against(command, reference, rounds, true, scratch);
	double added = against(command, reference, rounds, false, scratch);
	double median;

	memcpy(scratch, command->wall_ms, (size_t)rounds * sizeof(*scratch));
	median = percentile(scratch, rounds, 50);
	printf("  %-44s %8.3f %8.3f-%-8.3f x%-7.2f", command->name + (*command->name == '*'),
	       median, percentile(scratch, rounds, 10), percentile(scratch, rounds, 90), ratio);
	if (command != reference)
		printf(" %8.3f", added);
	if (command != reference && peer_added > 0)
		printf("  x%.2f%s", added / peer_added,
		       *command->name == '*' ? "  (the peer)" : "");
	printf("\n");
}

/* The median of COMMAND's times, and what a tenth of them are below and above. */
static void
print_times(const struct command *command, int rounds, double *scratch)
{
	memcpy(scratch, command->wall_ms, (size_t)rounds * sizeof(*scratch));
	printf(" %9.2f", percentile(scratch, rounds, 50));
	printf(" %8.2f-%-8.2f", percentile(scratch, rounds, 10), percentile(scratch, rounds, 90));
}

static void
print_pairs(const struct command *commands, int count, int rounds, double *scratch)
{
	printf("  %-24s %9s %17s %9s %9s %9s %17s %9s\n", "", "ours", "10 % - 90 %  ", "x first",
	       "added", "theirs", "10 % - 90 %  ", "x ours");
	for (int i = 0; i < count; i++) {
		const struct command *theirs =
			i + 1 < count && *commands[i + 1].name == '=' ? &commands[i + 1] : NULL;

		printf("  %-24s", commands[i].name);
		print_times(&commands[i], rounds, scratch);
		printf(" %9.2f", against(&commands[i], &commands[0], rounds, true, scratch));
		printf(" %9.2f", against(&commands[i], &commands[0], rounds, false, scratch));
		if (theirs) {
			print_times(theirs, rounds, scratch);
			printf(" %9.1f", against(theirs, &commands[i], rounds, true, scratch));
			i++;
		}
		printf("\n");
	}
	printf("\n");
}

int
main(int argc, char **argv)
{
	struct command commands[COMMANDS_MAX + 1] = { 0 };
	int rounds = argc > 3 ? atoi(argv[1]) : 0;
	int count = rounds > 0 ? parse(argc, argv, rounds, commands) : -1;
	double *scratch = rounds > 0 ? calloc((size_t)rounds, sizeof(*scratch)) : NULL;
	double peer_added = 0;
	bool is_paired = false;

	for (int i = 1; i < count; i++)
		is_paired |= *commands[i].name == '=';
	if (count < 1 || !scratch) {
		fprintf(stderr, "usage: rounds ROUNDS TITLE "
				"NAME [VAR=VALUE...] COMMAND [ARG...] [; NAME ...]...\n");
		return 2;
	}
	if (run_all(commands, count, rounds) < 0)
		return 1;
	for (int i = 1; i < count; i++)
		if (*commands[i].name == '*')
			peer_added = against(&commands[i], &commands[0], rounds, false, scratch);
	printf("%s   (%d rounds; ms)\n", argv[2], rounds);
	if (is_paired) {
		print_pairs(commands, count, rounds, scratch);
		return 0;
	}
	printf("  %-44s %8s %17s %-8s %8s%s\n", "", "median", "10 % - 90 %  ", " ratio", "added",
	       peer_added > 0 ? "  added by the peer" : "");
	for (int i = 0; i < count; i++)
		print_row(&commands[i], &commands[0], rounds, peer_added, scratch);
	printf("\n");
	return 0;
}
