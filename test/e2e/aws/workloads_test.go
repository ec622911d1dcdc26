package aws

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

// Images of the backend. The emulator never runs one whose name has "broken" in it.
const (
	image1    = "registry.example.com/shop/backend:1"
	image2    = "registry.example.com/shop/backend:2"
	image3    = "registry.example.com/shop/backend:3"
	brokenOne = "registry.example.com/shop/broken:4"
)

// moments are when the provider and Crossplane are killed in the middle of a release: its
// task takes a minute.
var moments = []struct {
	name string
	at   func(context.Context, *life) error
}{
	{"as soon as AWS has the task", func(ctx context.Context, l *life) error { return l.runs(ctx, 2) }},
	{"while the task runs", func(ctx context.Context, l *life) error { return l.ended(ctx, 1) }},
	{"when the task has ended", func(ctx context.Context, l *life) error { return l.ended(ctx, 2) }},
}

// A release runs once for each version, and no task of the version starts before it has
// succeeded. The emulator runs the runner's program, and a task whose command has the word
// "fail" ends with exit code 1, one with the word "slow" after a minute.
func TestReleases(t *testing.T) {
	l := prepare(t, "release", lab.Path("examples", "nonproduction.yaml"), func(claim *unstructured.Unstructured) {
		//nolint:forcetypeassert // A claim has a spec.
		release(claim.Object["spec"].(map[string]any), image1, "migrate", "fail")
	})
	l.apply(t)
	for _, step := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"a first release that fails starts nothing", l.firstFails},
		{"a crash in the middle does not run it twice", l.crashesInTheMiddle},
		{"becomes ready", l.becomeReady},
		{"a version whose release fails is not started", l.nextFails},
		{"one whose release passes is", l.nextPasses},
		{"a version that never runs is taken back, and the claim says so", l.breaks},
		{"is deleted", l.delete},
		{"leaves what must stay, and nothing else", l.leave},
	} {
		if !t.Run(step.name, step.run) {
			t.Fatal("what follows depends on it")
		}
	}
}

// release sets the backend's image and the command of its release.
func release(spec map[string]any, image string, command ...any) {
	backend := spec["backend"].(map[string]any) //nolint:forcetypeassert // It is required.
	backend["image"], backend["release"] = image, map[string]any{"command": command}
}

func (l *life) releases(t *testing.T, image string, command ...any) {
	t.Helper()
	need(t, lab.Change(t.Context(), l.namespace, l.claim.GetName(),
		func(spec map[string]any) { release(spec, image, command...) }))
}

// releaseTasks are the tasks that were ever started for releases of the claim.
func (l *life) releaseTasks(ctx context.Context) ([]ecstypes.Task, error) {
	svc, cluster := ecs.NewFromConfig(cloud(l.region)), l.stackID()
	var arns []string
	for _, status := range []ecstypes.DesiredStatus{ecstypes.DesiredStatusRunning, ecstypes.DesiredStatusStopped} {
		r, err := svc.ListTasks(ctx, &ecs.ListTasksInput{Cluster: &cluster, DesiredStatus: status})
		if err != nil {
			return nil, err
		}
		arns = append(arns, r.TaskArns...)
	}
	if len(arns) == 0 {
		return nil, nil
	}
	r, err := svc.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: &cluster, Tasks: arns})
	return slices.DeleteFunc(or(r).Tasks, func(task ecstypes.Task) bool {
		return awssdk.ToString(task.Group) != cluster+"-release"
	}), err
}

// runs is nil once so many tasks of releases have been started. More are never right.
func (l *life) runs(ctx context.Context, want int) error {
	tasks, err := l.releaseTasks(ctx)
	if err != nil {
		return err
	}
	if len(tasks) != want {
		return fmt.Errorf("%d tasks of releases have been started, not %d", len(tasks), want)
	}
	return nil
}

// ended is nil once so many tasks of releases have ended.
func (l *life) ended(ctx context.Context, want int) error {
	tasks, err := l.releaseTasks(ctx)
	n := 0
	for _, task := range tasks {
		if awssdk.ToString(task.LastStatus) == "STOPPED" {
			n++
		}
	}
	if err == nil && n != want {
		return fmt.Errorf("%d tasks of releases have ended, not %d", n, want)
	}
	return err
}

// says waits until the claim's condition RolloutSucceeded says all of this.
func (l *life) says(t *testing.T, wants ...string) {
	t.Helper()
	var said string
	err := harness.Eventually(t.Context(), readyIn, func(ctx context.Context) error {
		c, err := lab.Claim(ctx, l.namespace, l.claim.GetName())
		if err != nil {
			return err
		}
		said, _ = harness.FindCondition(c, "RolloutSucceeded")["message"].(string)
		for _, want := range wants {
			if !strings.Contains(said, want) {
				return fmt.Errorf("RolloutSucceeded does not say %q, but: %s\n%w", want, said, l.help(ctx, t))
			}
		}
		return nil
	})
	need(t, err)
	t.Logf("RolloutSucceeded: %s", said)
}

// neverAgain checks for a while that no other task of a release is started.
func (l *life) neverAgain(t *testing.T, tasks int) {
	t.Helper()
	for until := time.Now().Add(2 * poll); time.Now().Before(until); {
		need(t, l.runs(t.Context(), tasks))
		harness.Pause(t, 5*time.Second)
	}
}

func (l *life) firstFails(t *testing.T) {
	l.says(t, "release of the backend ended with exit code 1", "log stream ecs/backend/",
		"spec.backend.release.attempt")
	l.neverAgain(t, 1)
	if s, err := l.service(t.Context(), "backend"); err == nil {
		t.Errorf("the release has failed, and ECS has a service with %s", s.image)
	}
}

func (l *life) crashesInTheMiddle(t *testing.T) {
	l.twice = twice
	l.releases(t, image1, "migrate", "slow")
	for _, m := range moments {
		need(t, harness.Eventually(t.Context(), readyIn, func(ctx context.Context) error { return m.at(ctx, l) }))
		l.kill(t)
		need(t, l.runs(t.Context(), 2))
		harness.Pause(t, 20*time.Second) // Both work again, and would start what they think is missing.
		t.Logf("%s, the provider and Crossplane were killed, and are back", m.name)
	}
	l.neverAgain(t, 2)
}

func (l *life) nextFails(t *testing.T) {
	need(t, l.runs(t.Context(), 2))
	l.releases(t, image2, "migrate", "fail")
	l.says(t, "release of the backend ended with exit code 1", "the version before goes on serving")
	l.neverAgain(t, 3)
	need(t, l.serves(t.Context(), image1))
}

func (l *life) nextPasses(t *testing.T) {
	l.releases(t, image3, "migrate")
	need(t, harness.Eventually(t.Context(), readyIn, func(ctx context.Context) error {
		return errors.Join(l.serves(ctx, image3), harness.Unready(l.now(t)))
	}))
	need(t, l.runs(t.Context(), 4))
	tasks, err := l.releaseTasks(t.Context())
	need(t, err)
	codes := map[int32]int{}
	for _, task := range tasks {
		codes[awssdk.ToInt32(task.Containers[0].ExitCode)]++
	}
	if want := map[int32]int{0: 2, 1: 2}; !maps.Equal(codes, want) {
		t.Errorf("the exit codes of the releases are %v, not %v", codes, want)
	}
}

func (l *life) breaks(t *testing.T) {
	l.releases(t, brokenOne, "migrate")
	l.says(t, "backend", "rolled back", "ended with 1")
	harness.Pause(t, poll) // The claim asks for the version before, whose deployment is proven once more.
	l.standStill(t)
	need(t, l.serves(t.Context(), image3))
	l.releases(t, image3, "migrate")
	need(t, lab.Ready(t.Context(), l.namespace, l.claim.GetName(), readyIn, logTo(t)))
	need(t, l.serves(t.Context(), image3))
	// The image was released before.
	need(t, l.runs(t.Context(), 5))
}

// serves is nil if ECS runs the backend with this image.
func (l *life) serves(ctx context.Context, image string) error {
	s, err := l.service(ctx, "backend")
	if err != nil {
		return err
	}
	if !slices.Contains(strings.Fields(s.image), image) || s.services.RunningCount == 0 {
		return fmt.Errorf("ECS runs %d tasks of %s, not of %s", s.services.RunningCount, s.image, image)
	}
	return nil
}

// A scaled is a worker that scales with the backlog of its queue.
type scaled struct {
	name, queue        string
	least, most, share int32
}

// scaledWorkers are those that the claim has.
func (l *life) scaledWorkers() []scaled {
	var out []scaled
	workers, _, _ := unstructured.NestedSlice(l.claim.Object, "spec", "workers")
	for _, w := range workers {
		w := w.(map[string]any) //nolint:forcetypeassert // The schema says so.
		number := func(field string, otherwise int64) int32 {
			if n, given, _ := unstructured.NestedInt64(w, "scaling", field); given {
				return int32(n) //nolint:gosec // A number of tasks, or of messages.
			}
			return int32(otherwise) //nolint:gosec // As above.
		}
		queue, _ := w["queue"].(string)
		if queue == "" {
			continue
		}
		//nolint:forcetypeassert // The schema says so.
		out = append(out, scaled{
			w["name"].(string), queue, number("min", 1), number("max", 1), number("backlogPerTask", 10),
		})
	}
	return slices.DeleteFunc(out, func(s scaled) bool { return s.least == s.most })
}

// scale fills the workers' queues and empties them again. AWS adds tasks and removes them,
// and nobody undoes it.
func (l *life) scale(t *testing.T) {
	workers := l.scaledWorkers()
	if len(workers) == 0 {
		t.Skip("the claim has no worker that scales")
	}
	for _, w := range workers {
		need(t, l.has(t.Context(), w, w.least))
		l.fill(t, w, int(w.share)*2+1)
		l.scaleOnce(t)
		if w.least == 0 {
			// The alarm starts the first task, and the backlog the others.
			need(t, l.has(t.Context(), w, 1))
			l.scaleOnce(t)
		}
		need(t, l.has(t.Context(), w, min(3, w.most)))
	}
	l.standStill(t)
	for _, w := range workers {
		need(t, l.has(t.Context(), w, min(3, w.most)))
		l.empty(t, w)
		l.scaleOnce(t)
		need(t, l.has(t.Context(), w, w.least))
	}
}

func (l *life) scaleOnce(t *testing.T) {
	t.Helper()
	changed, err := emulator.Scale(t.Context(), l.region)
	need(t, err)
	t.Logf("AWS scales: %v", changed)
}

func (l *life) queueURL(t *testing.T, w scaled) *string {
	t.Helper()
	r, err := sqs.NewFromConfig(cloud(l.region)).GetQueueUrl(t.Context(),
		&sqs.GetQueueUrlInput{QueueName: awssdk.String(l.stackID() + "-" + w.queue)})
	need(t, err)
	return r.QueueUrl
}

// fill sends messages to a worker's queue, ten with each call.
func (l *life) fill(t *testing.T, w scaled, messages int) {
	t.Helper()
	url := l.queueURL(t, w)
	for n := 0; n < messages; n += 10 {
		var entries []sqstypes.SendMessageBatchRequestEntry
		for i := n; i < min(n+10, messages); i++ {
			entries = append(entries, sqstypes.SendMessageBatchRequestEntry{
				Id: awssdk.String(strconv.Itoa(i)), MessageBody: awssdk.String("work"),
			})
		}
		_, err := sqs.NewFromConfig(cloud(l.region)).SendMessageBatch(t.Context(),
			&sqs.SendMessageBatchInput{QueueUrl: url, Entries: entries})
		need(t, err)
	}
}

func (l *life) empty(t *testing.T, w scaled) {
	t.Helper()
	_, err := sqs.NewFromConfig(cloud(l.region)).PurgeQueue(t.Context(),
		&sqs.PurgeQueueInput{QueueUrl: l.queueURL(t, w)})
	need(t, err)
}

// has is nil if ECS runs so many tasks of a worker.
func (l *life) has(ctx context.Context, w scaled, tasks int32) error {
	s, err := l.service(ctx, "worker-"+w.name)
	if err != nil {
		return err
	}
	if s.services.DesiredCount != tasks || s.services.RunningCount != tasks {
		return fmt.Errorf("worker %s has %d tasks of %d, not %d", w.name, s.services.RunningCount,
			s.services.DesiredCount, tasks)
	}
	return nil
}
