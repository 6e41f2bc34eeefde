/* The golden samples on a board: ./serial /dev/ttyUSB0 FOLDER [samples]   (POSIX, 1,000,000 baud) */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "run_folder.h"

static int write_all(void *line, const uint8_t *bytes, size_t n) {
  while (n > 0) {
    ssize_t done = write(*(int *)line, bytes, n);
    if (done <= 0) return 1;
    bytes += done;
    n -= (size_t)done;
  }
  return 0;
}

static int read_all(void *line, uint8_t *bytes, size_t n) {
  while (n > 0) {
    ssize_t done = read(*(int *)line, bytes, n); /* 0 after a second without a byte */
    if (done <= 0) return 1;
    bytes += done;
    n -= (size_t)done;
  }
  return 0;
}

int main(int argc, char **argv) {
  struct termios settings;
  if (argc < 3) {
    fprintf(stderr, "usage: %s DEVICE FOLDER [samples]\n", argv[0]);
    return 2;
  }
  int device = open(argv[1], O_RDWR | O_NOCTTY);
  if (device < 0 || tcgetattr(device, &settings)) {
    perror(argv[1]);
    return 2;
  }
  cfmakeraw(&settings);
  cfsetspeed(&settings, B1000000);
  settings.c_cflag |= CLOCAL | CREAD;
  settings.c_cc[VMIN] = 0;
  settings.c_cc[VTIME] = 10;
  if (tcsetattr(device, TCSANOW, &settings)) {
    perror(argv[1]);
    return 2;
  }
  tcflush(device, TCIOFLUSH);
  struct ssr_line line = {write_all, read_all, &device};
  int code = run_folder(line, argv[2], argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 0);
  close(device);
  return code;
}
