package function

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthgrpc "google.golang.org/grpc/health/grpc_health_v1"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
)

// program measures the built function: how large it is, how fast it starts, and
// the memory in MiB that it takes under load. KASHA_FUNCTION is its path.
func program(tb testing.TB, req *fnv1.RunFunctionRequest) (string, int) {
	tb.Helper()
	path := os.Getenv("KASHA_FUNCTION")
	if path == "" {
		return "the program is not measured: KASHA_FUNCTION is not set", 0
	}
	var t strings.Builder
	size, packed := sizes(tb, path)
	fmt.Fprintf(&t, "program: %.1f MB, %.1f MB compressed as an image's only layer\n", mb(size), mb(packed))

	address := freeAddress(tb)
	began := time.Now()
	cmd := exec.Command(path, "--insecure", "--address", address, "--metrics-address", "")
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	waitServing(tb, address)
	fmt.Fprintf(&t, "start-up until it serves: %d ms\n", time.Since(began).Milliseconds())

	client := dial(tb, address)
	var wg sync.WaitGroup
	for range inFlight {
		wg.Go(func() {
			for range 20 {
				if _, err := client.RunFunction(context.Background(), req); err != nil {
					tb.Error(err)
				}
			}
		})
	}
	wg.Wait()
	memory := peakMemory(tb, cmd.Process.Pid)
	fmt.Fprintf(&t, "memory with %d calls in flight: %d MiB at most\n", inFlight, memory)
	return t.String(), memory
}

func mb(n int) float64 { return float64(n) / 1e6 }

func sizes(tb testing.TB, path string) (int, int) {
	tb.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := io.Copy(z, bytes.NewReader(b)); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return len(b), packed.Len()
}

func freeAddress(tb testing.TB) string {
	tb.Helper()
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = lis.Close() }()
	return lis.Addr().String()
}

func waitServing(tb testing.TB, address string) {
	tb.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		r, err := healthgrpc.NewHealthClient(conn).Check(context.Background(), &healthgrpc.HealthCheckRequest{})
		if err == nil && r.GetStatus() == healthgrpc.HealthCheckResponse_SERVING {
			return
		}
		conn.ResetConnectBackoff()
	}
	tb.Fatal("the function does not serve")
}

// peakMemory is the peak memory of a process, from Linux's /proc.
func peakMemory(tb testing.TB, pid int) int {
	tb.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		tb.Fatalf("cannot measure the program's memory: %v; this needs Linux", err)
	}
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.Atoi(strings.Fields(v)[0])
			if err != nil {
				tb.Fatal(err)
			}
			return kib / 1024
		}
	}
	tb.Fatal("the system does not say how much memory the program took")
	return 0
}
