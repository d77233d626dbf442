import threading

from workers.halting import Halt


def test_a_request_to_stop_is_seen_and_stays():
    halt = Halt()
    assert (halt.is_set(), halt.wait(0)) == (False, False)
    halt.set()
    halt.set()
    assert (halt.is_set(), halt.wait(0)) == (True, True)


def test_whoever_is_busy_is_called_wherever_the_request_comes_from():
    halt, called = Halt(), threading.Event()
    with halt.calling(called.set):
        assert not called.is_set()
        asker = threading.Thread(target=halt.set)
        asker.start()
        asker.join()
        assert called.is_set()


def test_whoever_comes_too_late_is_called_at_once():
    halt, called = Halt(), threading.Event()
    halt.set()
    with halt.calling(called.set):
        assert called.is_set()


def test_whoever_is_done_is_called_no_more():
    halt, called = Halt(), threading.Event()
    with halt.calling(called.set):
        pass
    halt.set()
    assert not called.is_set()


def test_one_request_leads_to_another():
    everything, one_piece = Halt(), Halt()
    with everything.calling(one_piece.set):
        everything.set()
    assert one_piece.is_set()
