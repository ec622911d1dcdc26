package harness

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
)

// emulated are the AWS services that the provider is to look for in the emulator, by
// their names in Terraform. The provider would call AWS itself for any other service.
var emulated = []any{
	"acm", "appautoscaling", "backup", "budgets", "cloudformation", "cloudfront", "cloudwatch", "dynamodb", "ec2",
	"ecr", "ecs", "elasticache", "elbv2", "events", "iam", "kms", "lambda", "logs", "rds", "resourcegroupstaggingapi",
	"route53", "s3", "s3control", "scheduler", "secretsmanager", "serverlessrepo", "sns", "sqs", "ssm", "sts", "wafv2",
}

// An Emulator plays AWS.
type Emulator struct {
	*Process

	URL   string
	calls string
}

// StartEmulator starts moto with our additions.
func (l *Lab) StartEmulator(ctx context.Context) (*Emulator, error) {
	port, err := FreePort()
	if err != nil {
		return nil, err
	}
	e := &Emulator{URL: "http://" + local(port), calls: filepath.Join(l.Dir, "logs", "aws-calls.jsonl")}
	e.Process, err = l.Start(Command{
		Name: "moto", Path: l.Python,
		Args: []string{l.Path("test", "e2e", "moto", "server.py"), strconv.Itoa(port), e.calls},
		// Roles have AWS's own policies attached.
		Env: []string{"MOTO_IAM_LOAD_MANAGED_POLICIES=true", "PYTHONDONTWRITEBYTECODE=1"},
	})
	if err != nil {
		return nil, err
	}
	return e, e.Until(ctx, startTimeout, "ready", ok(e.URL+"/moto-api/data.json"))
}

// StartProvider starts provider-aws and points it to the emulator.
func (l *Lab) StartProvider(ctx context.Context, e *Emulator, poll time.Duration) (*Process, error) {
	if err := l.configureProvider(ctx, e); err != nil {
		return nil, err
	}
	ports, err := freePorts(2)
	if err != nil {
		return nil, err
	}
	kubeconfig, err := l.AccountKubeconfig(Provider)
	if err != nil {
		return nil, err
	}
	p, err := l.Start(Command{
		Name: "provider-aws", Path: l.ProviderAWS, Restart: true,
		Args: append(flags(
			"certs-dir", "", // No webhooks.
			"metrics-bind-address", local(ports[0]),
			"health-probe-bind-addr", local(ports[1]),
			"poll", poll.String(),
			"sync", "1h",
			// With its default of 100, concurrent updates have crashed the provider.
			"max-reconcile-rate", "20",
		), "--debug"),
		// S3 Control puts the account's ID before the host's name, which no
		// resolver knows. As a proxy the emulator is asked whatever the name is;
		// Go asks 127.0.0.1, where the API server is, without one.
		Env: []string{"KUBECONFIG=" + kubeconfig, "HTTP_PROXY=" + e.URL},
	})
	if err != nil {
		return nil, err
	}
	// It has no check of its own; its metrics are there once its manager runs.
	return p, p.Until(ctx, 3*time.Minute, "ready", ok("http://"+local(ports[0])+"/metrics"))
}

func (l *Lab) configureProvider(ctx context.Context, e *Emulator) error {
	secret := Object("v1", "Secret", systemNamespace, "aws", map[string]any{"stringData": map[string]any{
		"credentials": "[default]\naws_access_key_id = e2e\naws_secret_access_key = e2e\n",
	}})
	config := Object("aws.m.upbound.io/v1beta1", "ClusterProviderConfig", "", "default",
		map[string]any{"spec": map[string]any{
			"credentials": map[string]any{
				"source":    "Secret",
				"secretRef": map[string]any{"namespace": systemNamespace, "name": "aws", "key": "credentials"},
			},
			"endpoint": map[string]any{
				"source": "Custom", "hostnameImmutable": true, "services": emulated,
				"url": map[string]any{"type": "Static", "static": e.URL},
			},
			"skip_metadata_api_check": true,
			"skip_region_validation":  true,
			"s3_use_path_style":       true,
		}})
	return errors.Join(l.Plane.Namespace(ctx, systemNamespace), l.Plane.Apply(ctx, secret), l.Plane.Apply(ctx, config))
}

// A Fault is an error, or a wrong answer, for calls to AWS.
type Fault struct {
	Service string `json:"service"`
	// If Action is empty, the fault is for all actions of the service.
	Action string `json:"action,omitempty"`

	// Status, Code and Message are the error.
	Status  int    `json:"status,omitempty"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`

	// Instead replaces What in the answers.
	What    string `json:"what,omitempty"`
	Instead string `json:"instead,omitempty"`
}

// Scale lets AWS scale the ECS services of a region once, as it does every minute. It returns
// the new number of tasks of each scalable target that changed.
func (e *Emulator) Scale(ctx context.Context, region string) (map[string]int, error) {
	rsp, err := e.post(ctx, "/e2e/scale?"+region, nil)
	if err != nil {
		return nil, fmt.Errorf("cannot have the emulator scale services: %w", err)
	}
	var out map[string]int
	return out, json.Unmarshal(rsp, &out)
}

func (e *Emulator) post(ctx context.Context, path string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.URL+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	rsp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer rsp.Body.Close()
	if rsp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it says %s", rsp.Status)
	}
	return io.ReadAll(rsp.Body)
}

// Fail makes these calls fail from now on, and no others.
func (e *Emulator) Fail(ctx context.Context, faults ...Fault) error {
	if faults == nil {
		faults = []Fault{}
	}
	body, err := json.Marshal(faults)
	if err != nil {
		return err
	}
	if _, err := e.post(ctx, "/e2e/faults", body); err != nil {
		return fmt.Errorf("cannot tell the emulator what is to fail: %w", err)
	}
	return nil
}

// A Call is one request to AWS.
type Call struct {
	Time    float64 `json:"time"`
	Service string  `json:"service"`
	Region  string  `json:"region"`
	Action  string  `json:"action"`
	Status  int     `json:"status"`
	Crash   string  `json:"crash"`
}

// Reads says whether a call only reads.
func (c Call) Reads() bool { return reads.MatchString(c.Action) }

var reads = regexp.MustCompile(`^(Describe|Get|List|Head|BatchGet|Lookup|GET |HEAD )`)

// Calls since a time.
func (e *Emulator) Calls(since time.Time) ([]Call, error) {
	f, err := os.Open(e.calls)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []Call
	for d := json.NewDecoder(f); ; {
		var c Call
		err := d.Decode(&c)
		// The last line may be incomplete.
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("cannot read the list of calls: %w", err)
		}
		if c.Time >= float64(since.UnixMilli())/1000 && c.Service != "-" {
			out = append(out, c)
		}
	}
}

// Differences are what the provider's log says it wanted to change, a line for
// each resource, from an offset of the log on. If a resource is listed here
// while nobody changes anything, the provider updates it again and again.
func Differences(log string, from int64) ([]string, error) {
	f, err := os.Open(log)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if _, err := f.Seek(from, io.SeekStart); err != nil {
		return nil, err
	}
	times, last := map[string]int{}, map[string]string{}
	s := bufio.NewScanner(f)
	s.Buffer(nil, 64<<20)
	for s.Scan() {
		line := s.Text()
		if !strings.Contains(line, "iff detected") {
			continue
		}
		id := "?"
		if m := whose.FindStringSubmatch(line); m != nil {
			id = m[2] + "/" + m[1]
		}
		times[id]++
		last[id] = difference(line)
	}
	out := make([]string, 0, len(times))
	for id, n := range times {
		out = append(out, fmt.Sprintf("%s, %d times: %s", id, n, last[id]))
	}
	sort.Strings(out)
	return out, s.Err()
}

var (
	whose   = regexp.MustCompile(`"name": ?"([^"]*)".*?Kind=(\w+)`)
	changed = regexp.MustCompile(`\\"([\w.#%-]+)\\":\*terraform.ResourceAttrDiff\{Old:\\"(.*?)\\", New:\\"(.*?)\\"`)
)

func difference(line string) string {
	var out []string
	for _, m := range changed.FindAllStringSubmatch(line, -1) {
		out = append(out, fmt.Sprintf("%s %.60q to %.60q", m[1], m[2], m[3]))
	}
	if len(out) == 0 {
		_, rest, _ := strings.Cut(line, "iff detected")
		return fmt.Sprintf("%.300s", rest)
	}
	return strings.Join(out, ", ")
}

// Size of a file now.
func Size(path string) int64 {
	s, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return s.Size()
}
