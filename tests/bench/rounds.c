/* SPDX-License-Identifier: MIT */
/* Times commands against each other: in turn, many rounds, medians and ratios. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * usage: rounds ROUNDS TITLE [NAME COMMAND [ARG...] ;]...
 *
 * Each round runs every command once (A B C A B C …), so that whatever else the
 * machine does hits all alike; stdout and stderr go to /dev/null. The first
 * command is the reference, the second a limit: "added" is what a command adds
 * to the reference, and the last column compares that with what the limit adds.
 * Times are wall times of whole processes from spawn to wait, in milliseconds.
 */

extern char **environ;

#define COMMANDS_MAX 32

struct command {
	const char *name;
	char **argv;
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
run_once(struct command *command, int round)
{
	posix_spawn_file_actions_t actions;
	double start = now_ms();
	int status;
	pid_t pid;
	int failed;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	failed = posix_spawnp(&pid, command->argv[0], &actions, NULL, command->argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (failed || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0) {
		fprintf(stderr, "bench: %s (%s) failed: %s\n", command->name, command->argv[0],
			failed ? strerror(failed) : "it did not end with status 0");
		return -1;
	}
	command->wall_ms[round] = now_ms() - start;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *values, int count)
{
	qsort(values, (size_t)count, sizeof(*values), compare);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static int
parse(int argc, char **argv, int rounds, struct command *commands)
{
	int count = 0;

	for (int i = 3; i < argc; i++) {
		if (count == COMMANDS_MAX || i + 1 >= argc)
			return -1;
		commands[count].name = argv[i++];
		commands[count].argv = &argv[i];
		commands[count].wall_ms = calloc((size_t)rounds, sizeof(double));
		while (i < argc && strcmp(argv[i], ";") != 0)
			i++;
		if (i < argc)
			argv[i] = NULL;
		if (!commands[count].wall_ms)
			return -1;
		count++;
	}
	return count;
}

int
main(int argc, char **argv)
{
	struct command commands[COMMANDS_MAX] = { 0 };
	int rounds = argc > 3 ? atoi(argv[1]) : 0;
	int count = rounds > 0 ? parse(argc, argv, rounds, commands) : -1;
	double reference = 0;
	double first_added = 0;

	if (count < 1) {
		fprintf(stderr, "usage: rounds ROUNDS TITLE NAME COMMAND [ARG...] [; NAME ...]...\n");
		return 2;
	}
	for (int warm = 0; warm < count; warm++)
		if (run_once(&commands[warm], 0) < 0)
			return 1;
	for (int round = 0; round < rounds; round++)
		for (int i = 0; i < count; i++)
			if (run_once(&commands[i], round) < 0)
				return 1;
	printf("%s   (%d rounds, medians; the first row is the reference)\n", argv[2], rounds);
	printf("  %-34s %9s %9s %9s %9s   added/row 2\n", "", "ms", "min", "ratio", "added");
	for (int i = 0; i < count; i++) {
		double m = median(commands[i].wall_ms, rounds);

		if (i == 0)
			reference = m;
		if (i == 1)
			first_added = m - reference;
		printf("  %-34s %9.2f %9.2f %9.2f", commands[i].name, m, commands[i].wall_ms[0],
		       m / reference);
		if (i == 0)
			printf(" %9s", "-");
		else
			printf(" %9.2f", m - reference);
		if (i > 1 && first_added > 0)
			printf("   x%.2f", (m - reference) / first_added);
		printf("\n");
	}
	printf("\n");
	return 0;
}
