import time, pytest
def test_w(start_worker, environment, tmp_path):
    for i in range(2):
        a=time.monotonic(); w=start_worker(); b=time.monotonic(); print('start',b-a)
        a=time.monotonic(); w.stop(); print('stop',time.monotonic()-a)
        print(w.log.read_text())
    a=time.monotonic(); w=start_worker(); b=time.monotonic(); print('start',b-a)
    a=time.monotonic(); w.kill(); print('kill',time.monotonic()-a)
    assert 0
def test_web(environment, tmp_path):
    from tests.servers import web
    a=time.monotonic()
    w=web.Web(environment,tmp_path); w.start(); print('start',time.monotonic()-a)
    import urllib.request
    a=time.monotonic()
    urllib.request.urlopen(w.address+'/'); print('first',time.monotonic()-a)
    a=time.monotonic()
    urllib.request.urlopen(w.address+'/'); print('second',time.monotonic()-a)
    a=time.monotonic(); w.stop(); print('stop',time.monotonic()-a)
    assert 0
