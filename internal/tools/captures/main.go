//go:build linux

// Command captures makes the captures that the tests of package pcap read: the SIP
// messages of testdata over real sockets, written by tcpdump and dumpcap, and what
// tcpdump or tshark says is in each file.
//
//	go run ./internal/tools/captures [folder]
//
// It needs Linux, root, tcpdump, tshark with its dumpcap, and ip (iproute2). It runs
// itself again in a network namespace of its own, so that nothing but its own packets
// is captured. Every run gives other ports, numbers and times, and so other files: the
// tests are to hold for any.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/sipseal/sipseal/internal/tools/checkout"
)

// A run is one program that captures.
type run struct {
	file    string
	command string // what comes before the name of the file
	filter  string // what comes behind it
	reader  string // what says what is in the file
}

// What tcpdump and tshark say is in a file. tcpdump reads no file with two link types;
// tshark is to say the ports where they are, in the first fragment.
const (
	byTcpdump = "tcpdump -n --number -tttt --time-stamp-precision nano -r"
	byTshark  = "tshark -n -o ip.defragment:FALSE -o ipv6.defragment:FALSE -T fields -e frame.number -e frame.time_epoch" +
		" -e ip.src -e ipv6.src -e udp.srcport -e tcp.srcport -e ip.dst -e ipv6.dst -e udp.dstport -e tcp.dstport -e tcp.seq -e tcp.len -r"
)

// runs capture the same traffic: by all link types that it has, with nanoseconds, and
// cut off.
var runs = []run{
	{"loopback.pcap", "tcpdump -i lo -w", "", byTcpdump},
	{"nanoseconds.pcap", "tcpdump -i lo --time-stamp-precision nano -w", "", byTcpdump},
	{"any.pcap", "tcpdump -i any -w", "", byTcpdump},
	{"cooked.pcap", "tcpdump -i any -y LINUX_SLL -w", "not tcp", byTcpdump},
	{"cut.pcap", "tcpdump -i lo -s 200 -w", "", byTcpdump},
	{"tunnel.pcap", "tcpdump -i tun0 -w", "", byTcpdump},
	{"dumpcap.pcapng", "dumpcap -q -i lo -i tun0 -w", "", byTshark},
}

const inside = "SIPSEAL_CAPTURES_INSIDE"

func main() {
	if err := start(); err != nil {
		fmt.Fprintln(os.Stderr, "captures:", err)
		os.Exit(1)
	}
}

func start() error {
	root, err := checkout.Root()
	if err != nil {
		return err
	}
	folder := filepath.Join(root, "internal", "pcap", "testdata")
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	if os.Getenv(inside) != "" {
		return makeAll(root, folder)
	}
	again := exec.Command("/proc/self/exe", folder)
	again.Env = append(os.Environ(), inside+"=1")
	again.Stdout, again.Stderr = os.Stdout, os.Stderr
	again.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	return again.Run()
}

// makeAll captures in the namespace.
func makeAll(root, folder string) error {
	tun, err := openTunnel()
	if err != nil {
		return err
	}
	go tun.reflect()
	for _, c := range []string{
		"ip link set lo up mtu 1500", // as Ethernet has, so that messages fragment
		"ip addr add 10.9.0.1/24 dev tun0",
		"ip link set tun0 up mtu 576",
	} {
		if _, err := output(c); err != nil {
			return err
		}
	}
	stop, err := capture(folder)
	if err != nil {
		return err
	}
	err = talk(root)
	time.Sleep(time.Second) // until all is written
	stop()
	if err != nil {
		return err
	}
	for _, r := range runs {
		path := filepath.Join(folder, r.file)
		if err := os.Chmod(path, 0o644); err != nil {
			return err
		}
		text, err := output(r.reader + " " + path)
		if err != nil {
			return err
		}
		note := "# " + strings.TrimSpace(r.command+" "+r.file+" "+r.filter) + "\n# " + r.reader + " " + r.file + "\n"
		if err := os.WriteFile(path+".txt", []byte(note+text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// capture starts the programs. stop ends them once they have written what they have.
func capture(folder string) (stop func(), err error) {
	var running []*exec.Cmd
	stop = func() {
		for _, c := range running {
			_ = c.Process.Signal(syscall.SIGINT)
			_ = c.Wait()
		}
	}
	for _, r := range runs {
		args := append(strings.Fields(r.command), filepath.Join(folder, r.file))
		if args[0] == "tcpdump" {
			args = append(args, "-U", "-Z", "root")
		}
		args = append(args, strings.Fields(r.filter)...)
		c := exec.Command(args[0], args[1:]...)
		if err := c.Start(); err != nil {
			stop()
			return nil, fmt.Errorf("capturing by %s: %w", args[0], err)
		}
		running = append(running, c)
	}
	time.Sleep(2 * time.Second) // until they listen
	return stop, nil
}

func output(command string) (string, error) {
	args := strings.Fields(command)
	c := exec.Command(args[0], args[1:]...)
	c.Env = append(os.Environ(), "TZ=UTC")
	var errors strings.Builder
	c.Stderr = &errors
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", command, err, errors.String())
	}
	return string(out), nil
}
