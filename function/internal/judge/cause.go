package judge

import (
	"regexp"
	"strings"
)

var (
	// apiError matches the end of an error of the AWS SDK for Go: the service's own code
	// and message. An error that the service's model has a type for comes without the
	// words "api error".
	apiError = regexp.MustCompile(`(?s)(?:api error |` +
		`https response error StatusCode: \d+,(?: \w+ID: [^,]*,)+ )([A-Za-z0-9._]+): (.*)`)

	// requestID and encoded match texts that differ at every retry. They are removed,
	// because otherwise the message would change at every retry.
	requestID = regexp.MustCompile(`,? ?(?i:request ?id): [0-9A-Za-z-]+,?`)
	encoded   = regexp.MustCompile(`\.? ?Encoded authorization failure message: \S+`)

	// wrapping matches the text that provider-aws puts before an error.
	wrapping = regexp.MustCompile(`^(?:(?:async )?(?:create|update|delete|observe|apply) failed: )?` +
		`(?:cannot run refresh: )?(?:failed to \w+ the resource: )?` +
		`(?:cannot \w+ the resource: )?(?:refresh failed: )?\[\{0 `)
)

// maxCause is the maximum length of a cause, in bytes. kubectl shows the whole error on
// the resource.
const maxCause = 300

// Cause returns the important part of a provider's error. It begins with AWS's own code
// and message, and is the same at every retry.
func Cause(message string) string {
	message = strings.TrimSpace(message)
	if m := apiError.FindStringSubmatch(message); m != nil {
		message = m[1] + ": " + m[2]
	} else {
		message = wrapping.ReplaceAllString(message, "")
	}
	message = encoded.ReplaceAllString(requestID.ReplaceAllString(message, ""), "")
	message = strings.TrimRight(message, " []{}\n")
	message = strings.Join(strings.Fields(message), " ")
	if len(message) > maxCause {
		message = strings.ToValidUTF8(message[:maxCause], "") + "…"
	}
	return message
}

// taken is the advice when AWS already has a resource with that name. The provider
// itself may have created it and lost its ID.
// https://github.com/crossplane/upjet/issues/632
const taken = "if it belongs to this claim, give the provider its ID as described in docs/known-issues.md; " +
	"otherwise delete it"

// Advice that fits several codes.
const (
	again = "nothing to do: Crossplane keeps retrying"
	quota = "ask AWS to raise the quota, or delete resources that are not needed"
)

// advice lists what to do about an error whose code contains a text. The first match
// counts. AWS lists its codes with each service's API, for example
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html.
var advice = []struct{ code, do string }{
	{"AccessDenied", "allow the action for the IAM identity of the provider configuration"},
	{"UnauthorizedOperation", "allow the action for the IAM identity of the provider configuration"},
	{"AuthFailure", "check the credentials of the provider configuration"},
	{"ExpiredToken", "renew the credentials of the provider configuration"},
	{"InvalidClientTokenId", "check the credentials of the provider configuration"},
	{"InsufficientDBInstanceCapacity", "wait, or choose another database.instanceClass"},
	{"InsufficientCapacity", "wait, or choose another size or zone"},
	{"InsufficientInstanceCapacity", "wait, or choose another size or zone"},
	// These are before the quotas, whose texts match some of these codes too.
	{"RequestLimitExceeded", again},
	{"TooManyRequests", again},
	{"Throttl", again},
	{"LimitExceeded", quota},
	{"QuotaExceeded", quota},
	{"TooMany", quota},
	{"Exists", taken},
	{"Duplicate", taken},
	// Terraform checks before it calls AWS, so its error has no code.
	{"already exists", taken},
}

// older is the advice when RDS has restored a snapshot of another version than the
// parameter group's. The code alone stands for many mistakes.
const older = "upgrade the snapshot to MySQL 8.4 as described in docs/backup.md, and create a new claim that " +
	"restores from it"

// otherFamily matches RDS's message about a parameter group of another version.
var otherFamily = regexp.MustCompile(`^InvalidParameterCombination: .*DBParameterGroupFamily`)

// Advice returns what to do about an error, or an empty string where AWS's own message
// is enough.
func Advice(cause string) string {
	if otherFamily.MatchString(cause) {
		return older
	}
	code, _, _ := strings.Cut(cause, ":")
	for _, a := range advice {
		if strings.Contains(code, a.code) {
			return a.do
		}
	}
	return ""
}

// Advised returns all pairs of a part of an error's code and the advice, for the
// reference page.
func Advised() [][2]string {
	out := make([][2]string, 0, len(advice)+1)
	out = append(out, [2]string{"InvalidParameterCombination, about a DBParameterGroupFamily", older})
	for _, a := range advice {
		out = append(out, [2]string{a.code, a.do})
	}
	return out
}
