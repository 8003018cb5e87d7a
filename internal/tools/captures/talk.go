//go:build linux

package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"
)

const (
	seeds = "testdata/seeds/"
	demo  = "testdata/demo/"
)

// talk sends the messages of testdata. What TestCaptures in package pcap expects is in
// this order.
func talk(root string) error {
	message := func(names ...string) (all []byte, err error) {
		for _, name := range names {
			b, err := os.ReadFile(filepath.Join(root, name))
			if err != nil {
				return nil, err
			}
			all = append(all, b...)
		}
		return all, nil
	}
	for _, step := range []struct {
		network, listen, dial string
		pieces                int // the writes that it is sent in
		names                 []string
	}{
		{"udp", "127.0.0.1", "127.0.0.1", 1, []string{seeds + "draft01_signed.sip"}},
		{"udp", "127.0.0.1", "127.0.0.1", 1, []string{demo + "encrypted_signed.sip"}}, // in fragments
		{"udp", "::1", "::1", 1, []string{seeds + "draft01_encrypted.sip"}},
		{"udp", "::1", "::1", 1, []string{demo + "encrypted_signed.sip"}}, // in fragments
		{"tcp", "127.0.0.1", "127.0.0.1", 3, []string{seeds + "draft01_signed_encrypted.sip"}},
		{"tcp", "::1", "::1", 1, []string{seeds + "draft01_signed_no_null.sip", demo + "signed.sip"}}, // in one segment
		{"udp", "10.9.0.1", "10.9.0.2", 1, []string{demo + "opaque.sip"}},
		{"tcp", "10.9.0.1", "10.9.0.2", 1, []string{seeds + "draft01_signed.sip", seeds + "draft01_encrypted.sip"}},
	} {
		b, err := message(step.names...)
		if err != nil {
			return err
		}
		if err := send(step.network, net.JoinHostPort(step.listen, "5060"), net.JoinHostPort(step.dial, "5060"), b, step.pieces); err != nil {
			return fmt.Errorf("sending by %s to %s: %w", step.network, step.dial, err)
		}
	}
	return nil
}

// send sends b, and waits until it has arrived.
func send(network, listen, dial string, b []byte, pieces int) error {
	arrived := make(chan error, 1)
	if network == "udp" {
		server, err := net.ListenPacket(network, listen)
		if err != nil {
			return err
		}
		defer server.Close()
		go func() {
			_, _, err := server.ReadFrom(make([]byte, len(b)))
			arrived <- err
		}()
	} else {
		server, err := net.Listen(network, listen)
		if err != nil {
			return err
		}
		defer server.Close()
		go func() {
			c, err := server.Accept()
			if err == nil {
				defer c.Close()
				_, err = io.ReadFull(c, make([]byte, len(b)))
			}
			arrived <- err
		}()
	}
	c, err := net.Dial(network, dial)
	if err != nil {
		return err
	}
	defer c.Close()
	for i := range pieces {
		if _, err := c.Write(b[len(b)*i/pieces : len(b)*(i+1)/pieces]); err != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
	select {
	case err := <-arrived:
		return err
	case <-time.After(10 * time.Second):
		return fmt.Errorf("nothing arrived")
	}
}
