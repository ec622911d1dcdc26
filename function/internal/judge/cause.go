package judge

import (
	"regexp"
	"strings"
)

var (
	// apiError is how the AWS SDK for Go ends an error: the service's own code and
	// message. What a service's model has a type for, it does not call an API error.
	apiError = regexp.MustCompile(`(?s)(?:api error |https response error StatusCode: \d+,(?: \w+ID: [^,]*,)+ )([A-Za-z0-9._]+): (.*)`)

	// requestID and encoded differ at every try. A message that holds them would
	// change all the time.
	requestID = regexp.MustCompile(`,? ?(?i:request ?id): [0-9A-Za-z-]+,?`)
	encoded   = regexp.MustCompile(`\.? ?Encoded authorization failure message: \S+`)

	// wrapping is what provider-aws puts around an error.
	wrapping = regexp.MustCompile(`^(?:(?:async )?(?:create|update|delete|observe|apply) failed: )?(?:cannot run refresh: )?(?:failed to \w+ the resource: )?(?:cannot \w+ the resource: )?(?:refresh failed: )?\[\{0 `)
)

// maxCause is how much of an error is told, in bytes. kubectl shows the rest of
// it on the resource.
const maxCause = 300

// Cause is what matters of a provider's error, the cloud's own words first. It is
// the same at every try.
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

// taken is what to do when AWS has one of that name, which the provider itself may
// have made, and forgotten.
// https://github.com/crossplane/upjet/issues/632
const taken = "if it is this claim's, tell the provider its ID as the known issues say, else delete it"

// advice is what to do about errors, by what the error's code contains; the first
// that fits counts. AWS's codes are listed with each service's API, for example
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html.
var advice = []struct{ code, do string }{
	{"AccessDenied", "allow the action to the IAM identity of the provider configuration"},
	{"UnauthorizedOperation", "allow the action to the IAM identity of the provider configuration"},
	{"AuthFailure", "check the credentials of the provider configuration"},
	{"ExpiredToken", "renew the credentials of the provider configuration"},
	{"InvalidClientTokenId", "check the credentials of the provider configuration"},
	{"InsufficientDBInstanceCapacity", "wait, or choose another database.instanceClass"},
	{"InsufficientCapacity", "wait, or choose another size or zone"},
	{"InsufficientInstanceCapacity", "wait, or choose another size or zone"},
	// Before the quotas, whose codes are parts of some of these.
	{"RequestLimitExceeded", "nothing to do, it is tried again"},
	{"TooManyRequests", "nothing to do, it is tried again"},
	{"Throttl", "nothing to do, it is tried again"},
	{"LimitExceeded", "ask AWS to raise the quota, or delete what is not needed"},
	{"QuotaExceeded", "ask AWS to raise the quota, or delete what is not needed"},
	{"TooMany", "ask AWS to raise the quota, or delete what is not needed"},
	{"Exists", taken},
	{"Duplicate", taken},
	// Terraform looks before it asks AWS, and has no code.
	{"already exists", taken},
}

// Advice is what to do about an error, or nothing where there is no more to say
// than AWS says itself.
func Advice(cause string) string {
	code, _, _ := strings.Cut(cause, ":")
	for _, a := range advice {
		if strings.Contains(code, a.code) {
			return a.do
		}
	}
	return ""
}

// Advised are the pairs of what an error's code contains and what to do about
// it, for the reference.
func Advised() [][2]string {
	out := make([][2]string, 0, len(advice))
	for _, a := range advice {
		out = append(out, [2]string{a.code, a.do})
	}
	return out
}
