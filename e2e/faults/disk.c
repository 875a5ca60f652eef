/*
 * A disk that fails when it is told to. Loaded before libc by LD_PRELOAD, it stands between the
 * collector and every write and sync of the files whose paths begin with FAULT_PATH. It is told by
 * int32 numbers in the file that FAULT_CONTROL names, which disk.ts writes while the process runs.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

enum { WRITES = 1, SYNCS = 2 };

struct control {
  volatile int32_t error;  /* The errno that a call fails with; 0: the disk is well. */
  volatile int32_t kinds;  /* WRITES, SYNCS or both. */
  volatile int32_t skip;   /* So many calls are let through first, */
  volatile int32_t times;  /* and so many fail then; -1: all that come. */
  volatile int32_t calls;  /* Calls that were seen, */
  volatile int32_t failed; /* and those that failed. */
  volatile int32_t mirror; /* Not 0: what was synced is kept beside the file, as `.synced`. */
};

static struct control *control;
static const char *prefix;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("FAULT_CONTROL");
  prefix = getenv("FAULT_PATH");
  if (path == NULL || prefix == NULL) return;
  int fd = open(path, O_RDWR);
  if (fd < 0) return;
  void *memory = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (memory != MAP_FAILED) control = memory;
}

/* The index of the log is memory that is made anew after a crash: it is not on the disk. */
static int is_ours(int fd, char *path, size_t size) {
  if (control == NULL) return 0;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, size - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  return strncmp(path, prefix, strlen(prefix)) == 0 && strstr(path, "-shm") == NULL;
}

static int fails(int fd, int kind) {
  char path[4096];
  if (control == NULL || !is_ours(fd, path, sizeof path)) return 0;
  __sync_fetch_and_add(&control->calls, 1);
  if (control->error == 0 || (control->kinds & kind) == 0) return 0;
  if (control->skip > 0) {
    control->skip -= 1;
    return 0;
  }
  if (control->times == 0) return 0;
  if (control->times > 0) control->times -= 1;
  control->failed += 1;
  errno = control->error;
  return 1;
}

static ssize_t (*real_pwrite(void))(int, const void *, size_t, off64_t) {
  static ssize_t (*real)(int, const void *, size_t, off64_t);
  if (real == NULL) real = dlsym(RTLD_NEXT, "pwrite64");
  return real;
}

/*
 * What a power cut leaves of a file at the least: all that was written before its last sync. It is
 * read by the descriptor that is there: closing another one would end the locks of this process.
 */
static void mirror(int fd) {
  char path[4096], kept[4104], fresh[4104], bytes[1 << 16];
  if (control == NULL || control->mirror == 0 || !is_ours(fd, path, sizeof path)) return;
  snprintf(kept, sizeof kept, "%s.synced", path);
  snprintf(fresh, sizeof fresh, "%s.fresh", path);
  int to = open(fresh, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  off64_t at = 0;
  for (ssize_t n; (n = pread64(fd, bytes, sizeof bytes, at)) > 0; at += n)
    if (real_pwrite()(to, bytes, n, at) != n) abort();
  close(to);
  rename(fresh, kept);
}

/* The log is removed when the last connection closes; what was kept of it must not come back. */
int unlink(const char *path) {
  static int (*real)(const char *);
  char kept[4104];
  if (real == NULL) real = dlsym(RTLD_NEXT, "unlink");
  if (control != NULL && strncmp(path, prefix, strlen(prefix)) == 0) {
    snprintf(kept, sizeof kept, "%s.synced", path);
    real(kept);
  }
  return real(path);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  return fails(fd, WRITES) ? -1 : real_pwrite()(fd, bytes, count, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  return pwrite64(fd, bytes, count, at);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  static ssize_t (*real)(int, const void *, size_t);
  if (real == NULL) real = dlsym(RTLD_NEXT, "write");
  return fails(fd, WRITES) ? -1 : real(fd, bytes, count);
}

int fsync(int fd) {
  static int (*real)(int);
  if (real == NULL) real = dlsym(RTLD_NEXT, "fsync");
  if (fails(fd, SYNCS)) return -1;
  mirror(fd);
  return real(fd);
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (real == NULL) real = dlsym(RTLD_NEXT, "fdatasync");
  if (fails(fd, SYNCS)) return -1;
  mirror(fd);
  return real(fd);
}
