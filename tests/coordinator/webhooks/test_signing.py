"""Signatures against those of the specification's own implementations."""

from coordinator.webhooks.signing import new_secret, signature_headers


def test_what_is_signed_is_what_the_specification_signs():
    """The example of the reference implementations' tests."""
    headers = signature_headers(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_several_secrets_sign_one_after_the_other():
    one, other = new_secret(), new_secret()
    both = signature_headers([one, other], "msg", 1, b"{}")["webhook-signature"]
    assert both.split(" ") == [signature_headers([key], "msg", 1, b"{}")["webhook-signature"] for key in (one, other)]


def test_each_secret_is_another():
    assert new_secret() != new_secret()
    assert new_secret().startswith("whsec_")
